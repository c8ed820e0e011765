import { noteRun } from "@ephor/app/note-run";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler("note-execution", (given) => ({ ...given, noteRun: noteRun({ ...given, store }) }));
