import type { ApprovalDeps } from "@ephor/app/approval-items";
import { askException } from "@ephor/app/ask-exception";
import { type ExceptionDeps, expireExceptions } from "@ephor/app/change-exception";
import { type CoverCursor, coverFindings } from "@ephor/app/cover-findings";
import { decideException } from "@ephor/app/decide-exception";
import type { TransitionDeps } from "@ephor/app/transition-finding";
import type { Config } from "@ephor/domain/config/config";
import { parseApprovalId, parseExceptionId } from "@ephor/domain/ids";
import type { Json } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { z } from "zod";
import { defineTask } from "./define-task.ts";
import { branded, jsonObject, tenant, version } from "./payloads.ts";

/** What tasks about exceptions need. */
export type ExceptionTaskDeps = ApprovalDeps & TransitionDeps & { readonly config: Config };

const text = z.string();
const exceptionId = branded(parseExceptionId, "expected an exception's id");
const about = { v: version, tenant, exceptionId, correlationId: text };
const position = z.strictObject({
  pk: text,
  sk: text,
  at: z.strictObject({ pk: text, sk: text }).exactOptional(),
});
const cursor: z.ZodType<CoverCursor> = z.strictObject({ shard: z.number().int().min(0), after: position.nullable() });

const askingDeps = <D extends ExceptionTaskDeps>(
  d: D,
): D & ExceptionDeps & { policy: () => Config["responsePolicy"] } => ({
  ...d,
  policy: () => d.config.responsePolicy,
  channels: () => Object.keys(d.config.channels),
});

export const EXCEPTION_TASKS = {
  "ask-exception": defineTask(
    z.strictObject({ ...about, token: text }),
    async (d: ExceptionTaskDeps, { v: _, ...asked }) => askException(askingDeps(d), asked),
  ),

  "decide-exception": defineTask(
    z.strictObject({
      ...about,
      approvalId: branded(parseApprovalId, "expected an approval's id"),
      decision: z.enum(["approved", "rejected", "expired", "cancelled"]),
    }),
    async (d: ExceptionTaskDeps, { v: _, ...decided }) => decideException(askingDeps(d), decided),
  ),

  "cover-findings": defineTask(
    z.strictObject({ ...about, cursor: cursor.nullable() }),
    async (d: TransitionDeps, { v: _, ...covering }) => {
      const covered = await coverFindings(d, covering);
      return covered.ok ? ok(covered.value as unknown as Json) : covered;
    },
  ),

  /** What is due by date: exceptions at their end. Approvals and waits have workflows of their own. */
  sweep: defineTask(jsonObject, async (d: ExceptionTaskDeps & { readonly tenants: () => readonly Tenant[] }) => {
    const all = await Promise.all(d.tenants().map((one) => expireExceptions(askingDeps(d), one)));
    return ok({ expired: all.reduce((sum, { expired }) => sum + expired, 0) });
  }),
};
