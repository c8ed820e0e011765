import { isDeepStrictEqual } from "node:util";
import { topologyOf } from "@ephor/topology/topology";
import type { Case, Driver, Run } from "../../workflows/conformance/case.ts";
import { CASES } from "../../workflows/conformance/cases.ts";
import { DIFFERENCES } from "../../workflows/conformance/differences.ts";
import { explore } from "../../workflows/conformance/explore.ts";
import { localDriver } from "../../workflows/conformance/local-driver.ts";
import { recordedCases, unlikeRecorded } from "../../workflows/conformance/recorded.ts";
import { emulatorDriver } from "../conformance/emulator-driver.ts";
import { startScriptServer } from "../conformance/script-server.ts";
import { HOME_REGION } from "../system.ts";
import { type Check, count, must, Skipped, type World } from "./check.ts";

/** Of each shipped workflow, those executions that take the most steps no other takes. */
const CASES_MAX = 6;
/** As in test/workflows/conformance/shipped.test.ts, so that both run the same. */
const SEED = 2;

/** Recorded executions that the emulator ends otherwise than AWS did; the local engine ends all as AWS did. */
const RECORDED_DIFFERENCES: readonly string[] = [
  "test_array_range (2)",
  "test_map_state_items_input_types[number]",
  "test_map_state_items_input_types[boolean]",
  "test_map_state_items_input_types[null]",
  "test_wait_timestamp_jsonata[NO_Z]",
  "test_fail_cause_jsonata",
];

async function onEmulator(world: World, run: (driver: Driver) => Promise<string>): Promise<string> {
  const { clients, scaleWaits } = world.system;
  const server = await startScriptServer();
  try {
    await scaleWaits(0);
    return await run(emulatorDriver({ clients, region: HOME_REGION, server }));
  } finally {
    await scaleWaits(1);
    await server.stop();
  }
}

/** Runs a case on both engines; gives in what they differ, or undefined. */
async function compared(one: Case, driver: Driver): Promise<{ there: Run; difference?: string }> {
  const [here, there] = await Promise.all([localDriver(one), driver(one)]);
  const fields = here.error?.startsWith("States.") ? (["status", "output", "error"] as const) : FIELDS;
  const unlike = fields.filter((field) => !isDeepStrictEqual(here[field] || undefined, there[field] || undefined));
  const shown = unlike.map((field) => `${field}: here ${text(here[field])}, there ${text(there[field])}`);
  if (shown.length === 0 && (isDeepStrictEqual(here.calls, there.calls) || isAhead(one, { here, there })))
    return { there };
  for (const call of here.calls.filter((line) => !there.calls.includes(line))) shown.push(`only here ${text(call)}`);
  for (const call of there.calls.filter((line) => !here.calls.includes(line))) shown.push(`only there ${text(call)}`);
  if (shown.length === 0) shown.push(`calls: here ${here.calls.length}, there ${there.calls.length}`);
  return { there, difference: `${one.name}: ${shown.slice(0, 4).join("; ")}` };
}

/** The wording of causes that Step Functions itself gives is nobody's to rely on, and left out. */
const FIELDS = ["status", "output", "error", "cause"] as const;

/** The emulator goes on with branches and iterations that nobody waits for any more (differences.ts). */
function isAhead({ machines }: Case, { here, there }: { here: Run; there: Run }): boolean {
  const isBranched = machines.some(({ definition }) => /"Type":"(?:Map|Parallel)"/.test(JSON.stringify(definition)));
  return isBranched && here.calls.every((call) => there.calls.includes(call));
}

const text = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? "none";

function hold(world: World, { all, different }: { all: number; different: readonly string[] }): void {
  count(world, "workflow executions compared", all);
  must(different.length === 0, `${different.length} of ${all} go otherwise:\n  ${different.join("\n  ")}`);
}

/** Where a difference is known, the emulator must show that very one: one that went away is to be taken off the list. */
async function written(world: World): Promise<string> {
  return onEmulator(world, async (driver) => {
    const different: string[] = [];
    for (const one of CASES) {
      const { there, difference } = await compared(one, driver);
      const known = DIFFERENCES[one.name]?.emulator;
      if (known === undefined && difference !== undefined) different.push(difference);
      if (known !== undefined && !isDeepStrictEqual({ ...there, ...known }, there)) {
        different.push(`${one.name}: is listed as ${text(known)}, and the emulator ends with ${text(there)}`);
      }
    }
    hold(world, { all: CASES.length, different });
    const known = Object.keys(DIFFERENCES).length;
    return `${CASES.length} cases, ${known} of them with a difference that docs/parity.md tells`;
  });
}

async function shipped(world: World): Promise<string> {
  const { workflows } = topologyOf([]);
  return onEmulator(world, async (driver) => {
    const different: string[] = [];
    let all = 0;
    for (const workflow of workflows) {
      const { cases } = await explore(workflow, SEED);
      for (const one of cases.slice(0, CASES_MAX)) {
        const { difference } = await compared(one, driver);
        if (difference !== undefined) different.push(difference);
        all += 1;
      }
    }
    hold(world, { all, different });
    return `${all} executions of ${workflows.map(({ name }) => name).join(", ")}: same outcome, same calls`;
  });
}

async function recorded(world: World): Promise<string> {
  const cases = recordedCases();
  if (cases.length === 0) throw new Skipped("../shared/data/asl/executions.jsonl is not here");
  return onEmulator(world, async (driver) => {
    const different: string[] = [];
    for (const one of cases) {
      const unlike = unlikeRecorded(await driver(one), one);
      const isKnown = RECORDED_DIFFERENCES.includes(one.name);
      if (unlike.length > 0 !== isKnown)
        different.push(`${one.name}: ${unlike.join(", ") || "no difference any more"}`);
    }
    hold(world, { all: cases.length, different });
    return `${cases.length} executions; ${RECORDED_DIFFERENCES.length} end otherwise in the emulator, none here`;
  });
}

export const CONFORMANCE: readonly Check[] = [
  { name: "written workflows go alike on the local engine and on the emulator's Step Functions", run: written },
  { name: "shipped workflows go alike on both, whatever their tasks answer", run: shipped },
  { name: "executions that AWS recorded end in the emulator as they did there", run: recorded },
];
