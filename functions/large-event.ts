import { observed, once } from "@ephor/tasks/handler";
import type { QueueBatch } from "./support/batch.ts";
import { config } from "./support/config.ts";
import { consumeUndelivered } from "./support/consume-undelivered.ts";
import { machine } from "./support/machine.ts";
import { observe } from "./support/observe.ts";
import { blobs } from "./support/parts.ts";
import { workflowsUnder } from "./support/start-routed.ts";
import { workflows } from "./support/workflows.ts";

const instruments = observe("large-event");
const parts = { ...machine, log: instruments.log, blobs: blobs(), executions: workflows().executions };
const deps = once(async () => {
  const told = await config();
  return { ...parts, config: told, workflowsFor: workflowsUnder(told) };
});

export const handler = observed(instruments, async (batch: QueueBatch) => consumeUndelivered(await deps(), batch));
