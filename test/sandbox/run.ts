import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { scriptOptions } from "../support/script-options.ts";
import { lookAt, readAccountFile } from "./account-file.ts";
import { approvalLines, instructions } from "./instructions.ts";
import { oneLine } from "./one-line.ts";
import { choosePort } from "./port.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { playScript } from "./script.ts";

/** A careless account in an emulator and a node that may put it right, to try the whole loop without AWS. */
const USAGE = `Usage: npm run sandbox -- [options]

  --port N     where the node answers (EPHOR_PORT; any free one)
  --data DIR   where the node keeps what it has, a folder that is not there yet and is removed at the end
  --look FILE  asks the account of a running sandbox what still stands there, and ends
  --script     goes the whole way by itself, says whether all of it held, and ends`;

const LOOK_FOR_MORE_MS = 2_000;

const flags = scriptOptions(USAGE, {
  port: { type: "string" },
  data: { type: "string" },
  look: { type: "string" },
  script: { type: "boolean", default: false },
});
const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve("interrupted"));
});

try {
  await (flags.look === undefined ? run() : look(flags.look));
} catch (error) {
  console.error(`sandbox: ${oneLine(error)}`);
  process.exitCode = 1;
}

async function look(file: string): Promise<void> {
  for (const { stands, what, resource } of await lookAt(readAccountFile(file)))
    console.log(`${stands ? "stands" : "gone  "}  ${what} (${resource})`);
}

async function run(): Promise<void> {
  const port = await choosePort(flags.port ?? (flags.script ? undefined : process.env["EPHOR_PORT"]));
  const data = flags.data === undefined ? undefined : resolve(flags.data);
  if (data !== undefined && existsSync(data)) throw new Error(`${data} is there already: name a folder that is not`);
  console.log("Starting an account to be careless in, and a node beside it ...");
  const starting = startSandbox({ port, data });
  const begun = await Promise.race([starting, interrupted]);
  const sandbox = begun === "interrupted" ? await starting.catch(() => undefined) : begun;
  if (sandbox === undefined) return;
  try {
    if (begun !== "interrupted") await play(sandbox);
  } finally {
    await sandbox.stop();
  }
}

async function play(sandbox: Sandbox): Promise<void> {
  if (flags.script) {
    const done = await Promise.race([playScript(sandbox, (line) => console.log(line)), interrupted]);
    process.exitCode = done === true ? 0 : 1;
    return;
  }
  console.log(await instructions(sandbox));
  await Promise.race([interrupted, tellOfMore(sandbox)]);
  console.log("Stopping.");
}

/** Prints the links of what is asked later, such as of a rollback. Ends where the node has ended by itself. */
async function tellOfMore({ approvals, node }: Sandbox): Promise<void> {
  const told = new Set((await approvals()).map(({ id }) => id));
  while (node.child.exitCode === null && node.child.signalCode === null) {
    await pause(LOOK_FOR_MORE_MS, undefined, { ref: false });
    const open = await approvals().catch(() => []);
    const fresh = open.filter(({ id }) => !told.has(id));
    for (const { id } of fresh) told.add(id);
    if (fresh.length > 0) console.log(approvalLines(fresh).join("\n"));
  }
}
