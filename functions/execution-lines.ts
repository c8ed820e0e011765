import { observed, once } from "@ephor/tasks/handler";
import type { QueueBatch } from "./support/batch.ts";
import { config } from "./support/config.ts";
import { consumeExecutions } from "./support/consume-executions.ts";
import { workflowArns } from "./support/machine.ts";
import { observe } from "./support/observe.ts";
import { table } from "./support/parts.ts";

const instruments = observe("execution-lines");
const parts = { log: instruments.log, store: table().store, arns: workflowArns() };
const deps = once(async () => {
  const told = await config();
  return { ...parts, config: told, retention: told.retention };
});

export const handler = observed(instruments, async (batch: QueueBatch) => consumeExecutions(await deps(), batch));
