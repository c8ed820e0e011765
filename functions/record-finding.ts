import { exceptionCache } from "@ephor/app/exception-cache";
import { ownRoleIn } from "@ephor/domain/own-action";
import { surroundingsIn } from "@ephor/domain/response-policy";
import { recordFindingTask } from "@ephor/tasks/tasks/record-finding";
import { table } from "./support/parts.ts";
import { taskHandler } from "./support/task.ts";

const { store } = table();
export const handler = taskHandler({ name: "record-finding", task: recordFindingTask }, (given) => ({
  ...given,
  exceptions: exceptionCache({ ...given, store }),
  ...{ store, policy: given.config.responsePolicy, surroundingsOf: surroundingsIn(given.config) },
  ownRoleOf: ownRoleIn(given.config),
  channels: () => Object.keys(given.config.channels),
}));
