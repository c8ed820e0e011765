import { backupStore } from "@ephor/local/sqlite/backup-store";
import { databaseIn } from "@ephor/node/data-folder";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { dataFolderOf } from "../settings.ts";

/** Copies the store into a folder while it is in use; keys stay where they are. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const [dir = ""] = invocation.args;
  const done = await backupStore({ file: databaseIn(dataFolderOf(invocation)), dir });
  if (!done.ok) return refused(invocation, done.error);
  await printJson(invocation, done.value);
  return EXIT.done;
}
