import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FindingLine } from "@ephor/domain/finding";
import { isJsonObject } from "@ephor/domain/json";
import { envelopeOf, putAsCloudtrail, recordsIn } from "../cloudtrail-put.ts";
import { type Check, count, everyItem, must, Skipped, type World } from "./check.ts";
import { send } from "./generated.ts";
import { ledgerSize } from "./ledger.ts";
import { deployedFindings, holdAgainstReplay } from "./same-findings.ts";

/** Recorded attacks; no part of the project. */
const FILE = resolve(import.meta.dirname, "../../../../shared/data/cloudtrail/stratus.jsonl");

function recorded() {
  if (!existsSync(FILE)) throw new Skipped("../shared/data/cloudtrail/stratus.jsonl is not here");
  return recordsIn(readFileSync(FILE, "utf8")).map(({ event }) => envelopeOf(isJsonObject(event) ? event : {}));
}

async function put(world: World): Promise<string> {
  const events = recorded();
  const byRegion = await putAsCloudtrail(world.system, events);
  world.sent.push(...events);
  count(world, "events handed in", events.length);
  await world.system.settled();
  const compared = await holdAgainstReplay(world);
  const regions = [...byRegion].map(([region, events]) => `${events} in ${region}`).join(", ");
  return `${events.length} events (${regions}), ${compared} findings, each field as replay has it`;
}

type State = { readonly findings: readonly FindingLine[]; readonly records: number };

const stateOf = async (world: World): Promise<State> => ({
  findings: await deployedFindings(world),
  records: await ledgerSize(world),
});

async function holdUnchanged(world: World, before: State): Promise<void> {
  const after = await stateOf(world);
  const changed = after.findings.filter((finding, index) => !isDeepStrictEqual(finding, before.findings[index]));
  must(changed.length === 0, `${changed.length} findings are others than before: ${JSON.stringify(changed[0])}`);
  const letters = await everyItem(world.system.api.listDeadLetters);
  const why = letters.length === 0 ? "" : `; ${letters.length} dead letters: ${JSON.stringify(letters[0]?.error)}`;
  must(after.records === before.records, `${before.records} records have become ${after.records}${why}`);
}

async function putAgain(world: World): Promise<string> {
  const events = recorded();
  const before = await stateOf(world);
  await putAsCloudtrail(world.system, events.toReversed());
  count(world, "events handed in", events.length);
  await world.system.settled();
  await holdUnchanged(world, before);
  return `${events.length} events, no finding and no record more`;
}

async function post(world: World): Promise<string> {
  const events = recorded();
  const before = await stateOf(world);
  // As archives hold them, without EventBridge's envelope.
  await send(
    world,
    events.map(({ detail }) => detail),
  );
  count(world, "events handed in", events.length);
  await world.system.settled();
  await holdUnchanged(world, before);
  return `${events.length} records by POST /v1/events, no finding and no record more`;
}

export const ATTACKS: readonly Check[] = [
  { name: "recorded attacks on the default buses end in the findings that replay gives", run: put },
  { name: "the same events again, in another order, change nothing", run: putAgain },
  { name: "the same events through the API and the queue change nothing", run: post },
];
