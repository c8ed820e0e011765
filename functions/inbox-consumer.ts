import { observed, once } from "@ephor/tasks/handler";
import type { QueueBatch } from "./support/batch.ts";
import { config } from "./support/config.ts";
import { consumeInbox } from "./support/consume-inbox.ts";
import { observe } from "./support/observe.ts";
import { readableBlobs } from "./support/parts.ts";
import { workflowsUnder } from "./support/start-routed.ts";
import { workflows } from "./support/workflows.ts";

const instruments = observe("inbox-consumer");
const parts = { log: instruments.log, blobs: readableBlobs(), executions: workflows().executions };
const deps = once(async () => ({ ...parts, workflowsFor: workflowsUnder(await config()) }));

export const handler = observed(instruments, async (batch: QueueBatch) => consumeInbox(await deps(), batch));
