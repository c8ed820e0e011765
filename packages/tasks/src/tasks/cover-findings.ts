import { type CoverCursor, coverFindings } from "@ephor/app/cover-findings";
import type { TransitionDeps } from "@ephor/app/transition-finding";
import type { Json } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { aboutException } from "../exception-payload.ts";

const text = z.string();
const position = z.strictObject({
  pk: text,
  sk: text,
  at: z.strictObject({ pk: text, sk: text }).exactOptional(),
});
const cursor: z.ZodType<CoverCursor> = z.strictObject({ shard: z.number().int().min(0), after: position.nullable() });

export const coverFindingsTask = defineTask(
  z.strictObject({ ...aboutException, cursor: cursor.nullable() }),
  async (d: TransitionDeps, { v: _, ...covering }) => {
    const covered = await coverFindings(d, covering);
    return covered.ok ? ok(covered.value as unknown as Json) : covered;
  },
);
