import { askExceptionTask } from "@ephor/tasks/tasks/ask-exception";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "ask-exception", task: askExceptionTask }, (given) => ({ ...given, store }));
