import { noteRun } from "@ephor/app/note-run";
import { noteExecutionTask } from "@ephor/tasks/tasks/note-execution";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "note-execution", task: noteExecutionTask }, (given) => ({
  ...given,
  noteRun: noteRun({ ...given, store }),
}));
