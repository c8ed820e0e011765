import { noteRun } from "@ephor/app/note-run";
import { parkEventTask } from "@ephor/tasks/tasks/park-event";
import { blobs, table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const parts = { store: table().store, blobs: blobs() };
export const handler = taskHandler({ name: "park-event", task: parkEventTask }, (given) => ({
  ...given,
  ...{ ...parts, noteRun: noteRun({ ...given, ...parts }) },
}));
