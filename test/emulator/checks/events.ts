import { isJsonObject } from "@ephor/domain/json";
import type { Envelope } from "@ephor/events/envelope";
import { type Check, must, type World } from "./check.ts";
import { generated, matching, post, put } from "./generated.ts";
import { holdAgainstReplay } from "./same-findings.ts";

/** Over 256 KiB with its envelope: more than a workflow takes as input. */
const PADDING = "x".repeat(270 * 1024);

const padded = (event: Envelope): Envelope => ({ ...event, detail: { ...event.detail, userAgent: PADDING } });

async function throughBoth(world: World): Promise<string> {
  const [onBus, posted] = [generated(world, 40), generated(world, 40)];
  await put(world, onBus);
  await post(world, posted);
  await world.system.settled();
  const compared = await holdAgainstReplay(world);
  return `40 events on the buses, 40 by POST /v1/events; ${compared} findings, each field as replay has it`;
}

async function large(world: World): Promise<string> {
  const before = await references(world);
  const [onBus, posted] = [matching(world, 2).map(padded), matching(world, 2).map(padded)];
  await put(world, onBus);
  await post(world, posted);
  await world.system.settled();
  const referred = (await references(world)) - before;
  must(referred === 4, `${referred} of 4 workflows were started with a reference`);
  await holdAgainstReplay(world);
  return "2 from a rule's dead-letter queue, 2 by POST /v1/events; 4 workflows started with a reference";
}

/** Executions of intake whose input names where the event lies. */
async function references({ system }: World): Promise<number> {
  const inputs = await system.runs.inputsOf("intake");
  return inputs.filter(({ event }) => isJsonObject(event) && "ref" in event).length;
}

export const EVENTS: readonly Check[] = [
  { name: "generated events by both ways end in the findings that replay gives", run: throughBoth },
  { name: "an event over 240 KiB goes by reference, on the bus and through the API", run: large },
];
