import type { EphorError } from "@ephor/domain/error";
import type { Exception, ExceptionState } from "@ephor/domain/exception";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { openCursor, sealCursor } from "./cursor.ts";
import { executionLineOf } from "./execution-item.ts";
import { type DeadLetter, decode, type ExecutionLine } from "./items.ts";
import { DEAD_LETTERS_BY_TIME, EXCEPTIONS_BY_TIME, EXECUTIONS_BY_TIME } from "./keys.ts";
import { newestFirst } from "./newest-first.ts";
import type { IndexName, Item, Store } from "./ports.ts";

type Deps = { readonly store: Store; readonly cursorKey: Uint8Array };
export type Paged = { readonly tenant: Tenant; readonly cursor?: string; readonly limit: number };
export type Listed<T> = Promise<Result<{ items: readonly T[]; cursor: string | null }, EphorError<"cursor.invalid">>>;
type List<T> = {
  /** `byTime` unless told. */
  readonly index?: IndexName;
  readonly pk: string;
  readonly filter: { readonly [name: string]: string | undefined };
  readonly read: (item: Item) => T;
  readonly passes: (value: T) => boolean;
};

const READ_MAX = 1000;

/** Executions of the tenant, newest start first. */
export function listExecutions(d: Deps, query: Paged & { workflow?: string; status?: string }): Listed<ExecutionLine> {
  const { workflow, status } = query;
  return listByTime(d, {
    query,
    list: {
      pk: EXECUTIONS_BY_TIME,
      filter: { workflow, status },
      read: executionLineOf,
      passes: (line) => (workflow ?? line.workflow) === line.workflow && (status ?? line.status) === line.status,
    },
  });
}

/** Dead letters of the tenant, newest first. */
export function listDeadLetters(d: Deps, query: Paged): Listed<DeadLetter> {
  const read = (item: Item) => decode("dead-letter", item);
  return listByTime(d, { query, list: { pk: DEAD_LETTERS_BY_TIME, filter: {}, read, passes: () => true } });
}

/** Exceptions of the tenant, newest request first. */
export function listExceptions(d: Deps, query: Paged & { state?: ExceptionState }): Listed<Exception> {
  const { state } = query;
  return listByTime(d, {
    query,
    list: {
      pk: EXCEPTIONS_BY_TIME,
      filter: { state },
      read: (item) => decode("exception", item),
      passes: (exception) => (state ?? exception.state) === exception.state,
    },
  });
}

/** A list of one partition of an index, newest first. */
export async function listByTime<T>(d: Deps, { query, list }: { query: Paged; list: List<T> }): Listed<T> {
  const { tenant, limit } = query;
  const scope = { tenant, filter: { list: list.pk, ...list.filter } };
  const below = query.cursor === undefined ? ok(null) : openCursor(d.cursorKey, { ...scope, cursor: query.cursor });
  if (!below.ok) return below;
  const range = { tenant, index: list.index ?? "byTime", pks: [list.pk], chunk: Math.min(limit + 1, 101) } as const;
  const items: T[] = [];
  let read = 0;
  for await (const { item, sk } of newestFirst(
    d.store,
    typeof below.value === "string" ? { ...range, below: below.value } : range,
  )) {
    read += 1;
    const value = list.read(item);
    if (list.passes(value)) items.push(value);
    if (items.length === limit || read === READ_MAX)
      return ok({ items, cursor: sealCursor(d.cursorKey, { ...scope, position: sk }) });
  }
  return ok({ items, cursor: null });
}
