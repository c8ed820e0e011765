import type { Blobs } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { EventOrRef } from "./payloads.ts";

/** The event of a payload, fetched where it lies elsewhere. Error: `event.malformed` where it is gone or no object. */
export async function envelopeOf(d: { readonly blobs: Blobs }, event: EventOrRef): Promise<Result<JsonObject>> {
  if (!isRef(event)) return ok(event as JsonObject);
  const bytes = await d.blobs.get(event.ref);
  if (bytes === undefined)
    return err(ephorError("event.malformed", `the event ${event.ref.id} is not stored any more`));
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  return isJsonObject(value)
    ? ok(value)
    : err(ephorError("event.malformed", `the stored event ${event.ref.id} is no object`));
}

const isRef = (event: EventOrRef): event is Extract<EventOrRef, { ref: unknown }> => "ref" in event;
