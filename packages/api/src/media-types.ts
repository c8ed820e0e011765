import type { BodyKind } from "./route.ts";

/** What a route accepts, by the kind of its body. */
export const MEDIA_TYPES: Readonly<Record<Exclude<BodyKind, "none">, readonly string[]>> = {
  json: ["application/json"],
  form: ["application/x-www-form-urlencoded"],
  signed: ["application/x-www-form-urlencoded"],
  events: ["application/json", "application/x-ndjson"],
};
