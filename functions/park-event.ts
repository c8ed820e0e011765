import { noteRun } from "@ephor/app/note-run";
import { blobs, table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const parts = { store: table().store, blobs: blobs() };
export const handler = taskHandler("park-event", (given) => ({
  ...given,
  ...{ ...parts, noteRun: noteRun({ ...given, ...parts }) },
}));
