import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import type { Envelope, Event } from "./envelope.ts";
import { bounded } from "./sources/bounds.ts";
import { check } from "./sources/check.ts";
import { eventOf } from "./sources/define-source.ts";
import { envelopeSchema } from "./sources/envelope-schema.ts";
import { sourceOf } from "./sources/index.ts";
import type { MalformedEvent } from "./sources/malformed.ts";

/**
 * Reads what should be an EventBridge event (EventBridge User Guide, "Event structure"): 12-digit account, RFC 3339
 * time, an object as detail, at most 48 levels deep and 5 MiB. Unknown fields are kept; absent `version` and
 * `resources` are filled in. Errors: event.malformed, its path a JSON pointer into `value`. Never throws.
 */
export function parseEnvelope(value: unknown): Result<Envelope, MalformedEvent> {
  const within = bounded(value);
  return within.ok ? readEnvelope(within.value) : within;
}

/** `parseEnvelope` for what is known to be within the bounds of an event. */
export function readEnvelope(value: JsonObject): Result<Envelope, MalformedEvent> {
  const checked = check(envelopeSchema, { part: value, root: value, path: [] });
  if (!checked.ok) return checked;
  // The schema has looked at every field that the type names.
  return ok({ version: "0", resources: [], ...value } as unknown as Envelope);
}

/**
 * The events of one envelope: one, or one a finding where a source sends several together. An envelope of a source
 * that Ephor does not know is one `generic` event. Errors: event.malformed where a known source's detail lacks what its
 * identity or time is made of. Never throws on an envelope that `parseEnvelope` gave.
 */
export function eventsOf(envelope: Envelope): Result<readonly Event[], MalformedEvent> {
  const source = sourceOf(envelope);
  if (source !== undefined) return source.parse(envelope);
  const event = eventOf(envelope, { kind: "generic", identity: envelope.id, time: envelope.time });
  return event.ok ? ok([event.value]) : event;
}
