import { cpus } from "node:os";
import { scriptOptions } from "../support/script-options.ts";
import { benchBundles } from "./bundles.ts";
import { benchLedger } from "./ledger.ts";
import { benchNode } from "./node.ts";
import { benchNotify } from "./notify.ts";
import { benchPattern } from "./pattern.ts";
import { benchResponses } from "./responses.ts";
import type { BenchRow } from "./row.ts";
import { benchStore } from "./store.ts";
import { benchWorkflow } from "./workflow.ts";

/** Every benchmark, one after the other, in the order of docs/performance.md. */
const BENCHES: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  pattern: benchPattern,
  store: benchStore,
  workflow: benchWorkflow,
  ledger: benchLedger,
  node: benchNode,
  notify: benchNotify,
  responses: benchResponses,
  bundles: benchBundles,
};

const USAGE = `Usage: npm run bench -- [options]

  --only NAME   run one of ${Object.keys(BENCHES).join(", ")}
  --json        print rows as JSON instead of a table`;

const values = scriptOptions(USAGE, { only: { type: "string" }, json: { type: "boolean", default: false } });
const names = Object.keys(BENCHES).filter((name) => values.only === undefined || name === values.only);
if (names.length === 0) {
  console.error(`no benchmark ${values.only}; there are ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
const rows: BenchRow[] = [];
for (const name of names) {
  console.error(`${name} …`);
  rows.push(...((await BENCHES[name]?.()) ?? []));
}
if (values.json) console.log(JSON.stringify(rows));
else {
  console.log(`Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}\n`);
  console.log("| what | measured | must | reach for | |\n|---|---|---|---|---|");
  for (const { name, value, unit, must = "", reach = "", ok } of rows) {
    const verdict = ok === undefined ? "" : ok ? "holds" : "FALLS SHORT";
    console.log(`| ${name} | ${value.toLocaleString("en-US")} ${unit} | ${must} | ${reach} | ${verdict} |`);
  }
}
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
