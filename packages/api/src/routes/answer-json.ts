import { ok, type Result } from "@ephor/domain/result";
import type { ApiError } from "../api-error.ts";
import { jsonReply, type Reply } from "../reply.ts";
import type { ListPage } from "../use-cases.ts";

/** What a use case found, as JSON; its error, as it is. */
export function answerJson(
  outcome: Result<unknown>,
  more: Parameters<typeof jsonReply>[1] = {},
): Result<Reply, ApiError> {
  return outcome.ok ? ok(jsonReply(outcome.value, more)) : outcome;
}

/** What a list leaves out: a page of whole items could be a hundred times as large as any of them. */
export function mapItems<T, U>(listed: Result<ListPage<T>>, shorten: (item: T) => U): Result<ListPage<U>> {
  return listed.ok ? ok({ items: listed.value.items.map(shorten), cursor: listed.value.cursor }) : listed;
}
