#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { enableCompileCache } from "node:module";
import { join } from "node:path";

const NODE_MAJOR_MIN = 24;

const major = Number(process.versions.node.split(".")[0]);
if (major < NODE_MAJOR_MIN) {
  process.stderr.write(
    `ephor: needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.versions.node}; run it as \`npx ephor\` or \`npm start\`, which bring their own\n`,
  );
  process.exit(2);
}

// Compiled modules are kept between runs beside the packages, where only their owner writes: a start takes half the time.
enableCompileCache(join(import.meta.dirname, "../../../node_modules/.cache/ephor"));

const { main } = await import("./main.ts");
const { processIo } = await import("./io.ts");

// A reader that ends early (`ephor … | head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), processIo());
