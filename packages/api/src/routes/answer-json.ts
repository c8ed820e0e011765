import { ok, type Result } from "@ephor/domain/result";
import type { ApiError } from "../api-error.ts";
import { jsonReply, type Reply } from "../reply.ts";

/** What a use case found, as JSON; its error, as it is. */
export function answerJson(
  outcome: Result<unknown>,
  more: Parameters<typeof jsonReply>[1] = {},
): Result<Reply, ApiError> {
  return outcome.ok ? ok(jsonReply(outcome.value, more)) : outcome;
}
