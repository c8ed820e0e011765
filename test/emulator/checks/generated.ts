import type { JsonObject } from "@ephor/domain/json";
import type { Envelope } from "@ephor/events/envelope";
import { matchingEvent, ordinaryEvent } from "../../support/cloudtrail-events.ts";
import { putAsCloudtrail } from "../cloudtrail-put.ts";
import { answerOf, count, must, type World } from "./check.ts";

const SENT_MAX = 40;

/** Events of several shapes, most of which a detection answers. */
export const generated = ({ random }: Pick<World, "random">, events: number): readonly Envelope[] =>
  Array.from({ length: events }, () => (random.chance(0.9) ? matchingEvent(random) : ordinaryEvent(random)));

/** Events that a detection answers, all of them. */
export const matching = ({ random }: Pick<World, "random">, events: number): readonly Envelope[] =>
  Array.from({ length: events }, () => matchingEvent(random));

/** Hands events in on the default buses. */
export async function put(world: World, events: readonly Envelope[]): Promise<void> {
  await putAsCloudtrail(world.system, events);
  remember(world, events);
}

/** Hands events in through the API; each must be accepted. */
export async function post(world: World, events: readonly Envelope[]): Promise<void> {
  await send(world, events);
  remember(world, events);
}

/** Events or records, a few at a time: a machine with two processors cannot feed the functions of hundreds at once. */
export async function send({ system }: World, items: readonly JsonObject[]): Promise<void> {
  for (let from = 0; from < items.length; from += SENT_MAX) {
    const some = items.slice(from, from + SENT_MAX);
    const answer = answerOf(await system.api.sendEvents(some));
    must(answer.accepted === some.length, `${answer.accepted} of ${some.length} are accepted`);
    if (items.length > SENT_MAX) await system.settled();
  }
}

function remember(world: World, events: readonly Envelope[]): void {
  world.sent.push(...events);
  count(world, "events handed in", events.length);
}
