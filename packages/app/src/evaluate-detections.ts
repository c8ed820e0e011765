import type { EphorError } from "@ephor/domain/error";
import type { FindingDraft, Sighting } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import type { Event } from "@ephor/events/envelope";
import { eventsOf, parseEnvelope } from "@ephor/events/parse-event";

/** What the catalogue says of one event: drafts, and the detections that broke on it. */
export type Evaluate = (event: Event) => {
  readonly drafts: readonly FindingDraft[];
  readonly failed: readonly { readonly detection: string; readonly message: string }[];
};
export type Evaluated = {
  readonly seen: readonly { readonly draft: FindingDraft; readonly sighting: Sighting }[];
  readonly failed: readonly { readonly detection: string; readonly message: string }[];
};

/**
 * Every draft that the catalogue finds in one envelope, each with the identity and time of its event.
 * A detection that breaks is named in `failed` and stops no other.
 * Errors: `event.malformed` where the envelope or its findings cannot be read.
 */
export function evaluateDetections(
  d: { readonly evaluate: Evaluate },
  input: JsonObject,
): Result<Evaluated, EphorError<"event.malformed">> {
  const envelope = parseEnvelope(input);
  if (!envelope.ok) return envelope;
  const events = eventsOf(envelope.value);
  if (!events.ok) return events;
  const all = events.value.map((event) => ({ event, ...d.evaluate(event) }));
  return ok({
    seen: all.flatMap(({ event, drafts }) => drafts.map((draft) => ({ draft, sighting: sightingOf(event) }))),
    failed: all.flatMap(({ failed }) => failed),
  });
}

export const sightingOf = (event: Event): Sighting => ({ identity: event.identity, time: event.time });
