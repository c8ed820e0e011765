import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { executionLineOf } from "./execution-item.ts";
import type { ExecutionLine } from "./items.ts";
import { EXECUTIONS_BY_TIME } from "./keys.ts";
import { newestFirst } from "./newest-first.ts";
import type { Store } from "./ports.ts";

const CHUNK = 200;
const READ_MAX = 5_000;

type Named = {
  readonly tenant: Tenant;
  readonly name: string;
  /** None that started before is looked at. */
  readonly since?: Timestamp;
};

/** The newest execution of this name, among the newest 5,000: names are given before an execution has an id. */
export async function executionNamed(
  d: { readonly store: Store },
  { tenant, name, since }: Named,
): Promise<ExecutionLine | undefined> {
  const range = { tenant, index: "byTime", pks: [EXECUTIONS_BY_TIME], chunk: CHUNK } as const;
  let read = 0;
  for await (const { item } of newestFirst(d.store, since === undefined ? range : { ...range, from: since })) {
    const line = executionLineOf(item);
    if (line.name === name) return line;
    read += 1;
    if (read === READ_MAX) return undefined;
  }
  return undefined;
}
