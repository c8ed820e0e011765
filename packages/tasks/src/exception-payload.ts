import type { ApprovalDeps } from "@ephor/app/approval-items";
import type { ExceptionDeps } from "@ephor/app/change-exception";
import type { TransitionDeps } from "@ephor/app/transition-finding";
import type { Config } from "@ephor/domain/config/config";
import { parseExceptionId } from "@ephor/domain/ids";
import { z } from "zod";
import { branded, tenant, version } from "./payloads.ts";

/** What tasks about exceptions need. */
export type ExceptionTaskDeps = ApprovalDeps & TransitionDeps & { readonly config: Config };

const exceptionId = branded(parseExceptionId, "expected an exception's id");
/** What names the exception that a task is about. */
export const aboutException = { v: version, tenant, exceptionId, correlationId: z.string() };

/** What changes exceptions, from a task's own. */
export const askingDeps = <D extends ExceptionTaskDeps>(
  d: D,
): D & ExceptionDeps & { policy: () => Config["responsePolicy"] } => ({
  ...d,
  policy: () => d.config.responsePolicy,
  channels: () => Object.keys(d.config.channels),
});
