#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// Plain JavaScript, so that a Node too old to read the sources can still say so.
const NODE_MAJOR_MIN = 24;

if (Number(process.versions.node.split(".")[0]) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `ephor: needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.versions.node}; run it as \`npx ephor\` or \`npm start\`, which bring their own\n`,
  );
  process.exit(2);
}

await import("../src/ephor.ts");
