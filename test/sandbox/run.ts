import { scriptOptions } from "../support/script-options.ts";
import { instructions } from "./instructions.ts";
import { startSandbox } from "./sandbox.ts";
import { playScript } from "./script.ts";

/** A careless account in an emulator and a node that may put it right, to try the whole loop without AWS. */
const USAGE = `Usage: npm run sandbox -- [options]

  --port N     where the node answers, 4400 unless told
  --script     goes the whole way by itself, says whether all of it held, and ends`;

const flags = scriptOptions(USAGE, {
  port: { type: "string" },
  script: { type: "boolean", default: false },
});
const port = Number(flags.port ?? (flags.script ? 0 : 4400));
const interrupted = new Promise<"interrupted">((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve("interrupted"));
});

console.log("Starting an account to be careless in, and a node beside it ...");
const starting = startSandbox({ port });
const begun = await Promise.race([starting, interrupted]);
const sandbox = begun === "interrupted" ? await starting.catch(() => undefined) : begun;
if (sandbox !== undefined) {
  try {
    if (begun !== "interrupted") await play();
  } finally {
    await sandbox.stop();
  }
}

async function play(): Promise<void> {
  if (sandbox === undefined) return;
  if (flags.script) {
    const done = await Promise.race([playScript(sandbox, (line) => console.log(line)), interrupted]);
    process.exitCode = done === true ? 0 : 1;
    return;
  }
  console.log(await instructions(sandbox));
  await interrupted;
  console.log("Stopping.");
}
