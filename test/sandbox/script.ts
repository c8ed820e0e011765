import { setTimeout as pause } from "node:timers/promises";
import { runEphor } from "../support/ephor-process.ts";
import { until } from "../support/until.ts";
import { lookAt, readAccountFile } from "./account-file.ts";
import { approveAs } from "./approval-pages.ts";
import type { Sandbox } from "./sandbox.ts";

const RESOLVED_SECONDS_MAX = 60;
const LOOK_AGAIN_MS = 250;

/** Goes the whole way: decides by links, waits for the changes, asks AWS itself, checks the ledger. Gives whether all held. */
export async function playScript(sandbox: Sandbox, say: (line: string) => void): Promise<boolean> {
  const { acts, unreachable, client } = sandbox;
  if (unreachable !== undefined) {
    say(`There is no account to be careless in: ${unreachable}`);
    return false;
  }
  const account = { endpoint: sandbox.endpoint, acts: [...acts] };
  for (const { what, resource, stands } of await lookAt(account)) {
    if (!stands) return fails(say, `nobody ${what} (${resource})`);
    say(`careless  ${what} (${resource})`);
  }
  const open = await sandbox.approvals();
  for (const { title, asked } of open) {
    const by: string[] = [];
    for (const one of asked) if (await approveAs(one)) by.push(one.person);
    say(`approved  ${title}, by ${by.join(" and ")}`);
  }
  let told = "";
  const areResolved = async () => {
    await pause(LOOK_AGAIN_MS);
    const listed = await client.listFindings({ limit: 100 });
    if (!listed.ok) return false;
    const { items } = listed.value;
    told = items.map(({ status, title }) => `${status}: ${title}`).join("; ");
    return items.length >= acts.length && items.every(({ status }) => status === "resolved");
  };
  await until("every finding to be resolved", areResolved, { seconds: RESOLVED_SECONDS_MAX, state: () => told });
  for (const { what, resource, stands } of await lookAt(readAccountFile(sandbox.accountFile))) {
    if (stands) return fails(say, `AWS says that it still stands: ${what} (${resource})`);
    say(`gone      ${what} (${resource})`);
  }
  const { code, stdout, stderr } = await runEphor(["ledger", "verify", "--data", sandbox.data]);
  if (code !== 0) return fails(say, `the ledger does not verify: ${stdout}${stderr}`);
  say("verified  the ledger, every record of it");
  return true;
}

function fails(say: (line: string) => void, why: string): false {
  say(`FAILED    ${why}`);
  return false;
}
