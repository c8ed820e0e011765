#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// Plain JavaScript, so that a Node too old to read the sources can still say so.
const NODE_MAJOR_MIN = 24;

if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `ephor: needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.versions.node}; run it as \`npx ephor\` or \`npm start\`, which bring their own\n`,
  );
  process.exit(2);
}

// Compiled modules are kept between runs beside the packages, where only their owner writes: a start takes half the time, and
// where all of them are kept, what reads TypeScript is not even loaded.
const { enableCompileCache } = await import("node:module");
const { fileURLToPath } = await import("node:url");
enableCompileCache(fileURLToPath(new URL("../../../node_modules/.cache/ephor", import.meta.url)));

await import("../src/ephor.ts");
