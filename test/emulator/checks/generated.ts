import type { Envelope } from "@ephor/events/envelope";
import { matchingEvent, ordinaryEvent } from "../../support/cloudtrail-events.ts";
import { putAsCloudtrail } from "../cloudtrail-put.ts";
import { answerOf, count, must, type World } from "./check.ts";

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
  const answer = answerOf(await world.system.api.sendEvents(events));
  must(answer.accepted === events.length, `${answer.accepted} of ${events.length} are accepted`);
  remember(world, events);
}

function remember(world: World, events: readonly Envelope[]): void {
  world.sent.push(...events);
  count(world, "events handed in", events.length);
}
