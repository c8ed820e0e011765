import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isJsonObject } from "@ephor/domain/json";
import { envelopeOf, putAsCloudtrail, recordsIn } from "../cloudtrail-put.ts";
import { answerOf, type Check, count, must, Skipped, type World } from "./check.ts";
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

async function putAgain(world: World): Promise<string> {
  const events = recorded();
  const before = [await deployedFindings(world), await ledgerSize(world)];
  await putAsCloudtrail(world.system, events.toReversed());
  count(world, "events handed in", events.length);
  await world.system.settled();
  const after = [await deployedFindings(world), await ledgerSize(world)];
  must(JSON.stringify(after) === JSON.stringify(before), "findings or ledger are others than before");
  return `${events.length} events, no finding and no record more`;
}

async function post(world: World): Promise<string> {
  const events = recorded();
  const before = [await deployedFindings(world), await ledgerSize(world)];
  // As archives hold them, without EventBridge's envelope.
  const answer = answerOf(await world.system.api.sendEvents(events.map(({ detail }) => detail)));
  must(answer.accepted === events.length, `${answer.accepted} of ${events.length} are accepted`);
  count(world, "events handed in", events.length);
  await world.system.settled();
  const after = [await deployedFindings(world), await ledgerSize(world)];
  must(JSON.stringify(after) === JSON.stringify(before), "findings or ledger are others than before");
  return `${events.length} records by POST /v1/events, no finding and no record more`;
}

export const ATTACKS: readonly Check[] = [
  { name: "recorded attacks on the default buses end in the findings that replay gives", run: put },
  { name: "the same events again, in another order, change nothing", run: putAgain },
  { name: "the same events through the API and the queue change nothing", run: post },
];
