import { createHash } from "node:crypto";
import { type ExecutionLine, encode } from "@ephor/app/items";
import { EXECUTIONS_BY_TIME, executionKey, timeAndId } from "@ephor/app/keys";
import type { Item, ItemInput, Key, StartExecution, Store, Write } from "@ephor/app/ports";
import { queryAll } from "@ephor/app/query-all";
import type { JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf, type Timestamp } from "@ephor/domain/time";
import type { HistoryEvent } from "../history.ts";
import type { Command, Outcome } from "../types.ts";

/*
 * How a Standard execution stands in the store: one item for the execution, one for its name, history in items of up to
 * 300 KB in order, a row for each task token. Timers need no rows: their times stand in history.
 */

const HISTORY_PREFIX = "h#";
const HISTORY_BYTES_MAX = 300_000;
const PAGE = 100;
/** No execution runs longer than a year (Step Functions quotas), so what is written on its way outlives it. */
const DAY_SECONDS = 86_400;
const RUN_SECONDS_MAX = 365 * DAY_SECONDS;

export const executionNameKey = (tenant: Tenant, of: { workflow: string; name: string }): Key => ({
  tenant,
  pk: `execution-name#${of.workflow}#${of.name}`,
  sk: "@",
});

/** A token is a secret, so only its digest is a key. */
export const tokenKey = (tenant: Tenant, token: string): Key => ({
  tenant,
  pk: `token#${createHash("sha256").update(token).digest("base64url")}`,
  sk: "@",
});

/** Until when, in epoch seconds, what an execution writes now is kept: once it has ended, and on its way there. */
export type Life = { readonly endedExpiresAt: number; readonly runningExpiresAt: number };

export function lifeFrom(now: Timestamp, { executionDays }: { executionDays: number }): Life {
  const endedExpiresAt = Math.floor(epochMsOf(now) / 1000) + executionDays * DAY_SECONDS;
  return { endedExpiresAt, runningExpiresAt: endedExpiresAt + RUN_SECONDS_MAX };
}

export type StoredExecution = ExecutionLine & { readonly definitionHash: string };

/** The `due` entry stands while it runs: after a restart these are resumed. */
export function executionItem(tenant: Tenant, { line, life }: { line: StoredExecution; life: Life }): ItemInput {
  const sk = timeAndId(line.startedAt, line.id);
  const byTime = { pk: EXECUTIONS_BY_TIME, sk };
  const isRunning = line.status === "RUNNING";
  return {
    ...executionKey(tenant, line.id),
    ...encode("execution", line),
    indexes: isRunning ? { byTime, due: { pk: EXECUTIONS_BY_TIME, sk } } : { byTime },
    ...(isRunning ? {} : { expiresAt: life.endedExpiresAt }),
  };
}

/**
 * History as writes. Each item is put only where absent and named by its first event, so a second driver that went on from
 * the same point loses here and nothing is written twice.
 */
export function historyWrites(
  tenant: Tenant,
  { id, events, life }: { id: string; events: readonly HistoryEvent[]; life: Life },
): readonly Write[] {
  const chunks: HistoryEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event));
    if (bytes + size > HISTORY_BYTES_MAX) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)?.push(event);
    bytes += size;
  }
  return chunks.map((chunk) => ({
    kind: "put",
    item: {
      ...executionKey(tenant, id),
      sk: `${HISTORY_PREFIX}${String(chunk[0]?.id ?? 0).padStart(6, "0")}`,
      v: 1,
      data: { events: chunk } as unknown as JsonObject,
      expiresAt: life.runningExpiresAt,
    },
    when: { kind: "absent" },
  }));
}

/** The whole history of an execution, in order. */
export async function readHistory(
  store: Store,
  { tenant, id }: { tenant: Tenant; id: string },
): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  const { pk } = executionKey(tenant, id);
  for await (const item of queryAll(store, {
    tenant,
    pk,
    from: HISTORY_PREFIX,
    to: `${HISTORY_PREFIX}~`,
    limit: PAGE,
  })) {
    events.push(...eventsIn(item));
  }
  return events;
}

const eventsIn = (item: Item): readonly HistoryEvent[] => item.data["events"] as unknown as readonly HistoryEvent[];

/** Every execution of the tenant that has not ended. */
export const runningIn = (store: Store, tenant: Tenant): AsyncGenerator<Item> =>
  queryAll(store, { tenant, index: "due", pk: EXECUTIONS_BY_TIME, limit: PAGE });

/** The line of an execution that begins. */
export function runningLine(
  { workflow, name, input, correlationId }: StartExecution,
  begun: { id: string; startedAt: Timestamp; definitionHash: string },
): StoredExecution {
  const open = { status: "RUNNING", endedAt: null, error: null, cause: null, output: null } as const;
  return { ...begun, workflow, name, type: "standard", ...open, input, correlationId };
}

/** The line of an execution that ended. */
export function endedLine(line: StoredExecution, of: { outcome: Outcome; endedAt: Timestamp }): StoredExecution {
  const { outcome, endedAt } = of;
  if (outcome.status === "SUCCEEDED") return { ...line, status: outcome.status, endedAt, output: outcome.output };
  return { ...line, status: outcome.status, endedAt, error: outcome.error ?? null, cause: outcome.cause ?? null };
}

/** The rows of the task tokens that `commands` give out, so that an answer finds its task. */
export function tokenWrites(
  tenant: Tenant,
  { id, commands, life }: { id: string; commands: readonly Command[]; life: Life },
): readonly Write[] {
  return commands.flatMap((command): readonly Write[] => {
    if (command.kind !== "invoke-task" || command.taskToken === undefined) return [];
    const data = { execution: id, taskId: command.taskId };
    const item = { ...tokenKey(tenant, command.taskToken), v: 1, data, expiresAt: life.runningExpiresAt };
    return [{ kind: "put", item, when: { kind: "any" } }];
  });
}
