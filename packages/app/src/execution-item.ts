import type { Config } from "@ephor/domain/config/config";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { decode, type ExecutionLine, encode } from "./items.ts";
import { EXECUTIONS_BY_TIME, executionKey, timeAndId } from "./keys.ts";
import type { Item, ItemInput } from "./ports.ts";

const DAY_SECONDS = 86_400;
/** No execution runs longer (Step Functions quotas), so the line of one that never tells of its end goes after that. */
const RUN_DAYS_MAX = 365;

/** An execution's line as it is stored, kept `executionDays` after its end. */
export function executionItem(
  tenant: Tenant,
  { line, retention }: { line: ExecutionLine; retention: Pick<Config["retention"], "executionDays"> },
): ItemInput {
  const days = line.endedAt === null ? RUN_DAYS_MAX + retention.executionDays : retention.executionDays;
  return {
    ...executionKey(tenant, line.id),
    ...encode("execution", line),
    indexes: { byTime: { pk: EXECUTIONS_BY_TIME, sk: timeAndId(line.startedAt, line.id) } },
    expiresAt: Math.floor(epochMsOf(line.endedAt ?? line.startedAt) / 1000) + days * DAY_SECONDS,
  };
}

/** The line of a stored execution, without what the engine that drives it keeps beside it. */
export function executionLineOf(item: Item): ExecutionLine {
  const { id, workflow, name, type, status, ...rest } = decode("execution", item);
  const { startedAt, endedAt, error, cause, correlationId, input, output } = rest;
  return { id, workflow, name, type, status, startedAt, endedAt, error, cause, correlationId, input, output };
}
