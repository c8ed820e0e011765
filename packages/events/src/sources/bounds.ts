import type { Json, JsonObject } from "@ephor/domain/json";
import { isJsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { type MalformedEvent, malformed, shown } from "./malformed.ts";

/**
 * Levels of lists and objects in one event, itself included. What AWS sends stays below 20; findings and ledger records,
 * which may be 64 deep (`CANONICAL_DEPTH_MAX`), carry parts of events inside their own levels.
 */
export const EVENT_DEPTH_MAX = 48;
/** UTF-8 JSON of one event. EventBridge itself takes no more than 1 MiB; bodies of `POST /v1/events` end at 5 MB. */
export const EVENT_BYTES_MAX = 5 * 1024 * 1024;

/** One walk over one value. `bytes` never exceeds the true length of the value as JSON text in UTF-8. */
type Walk = { bytes: number; wellFormed: boolean; problem: string | undefined };

/**
 * The value, if it is a JSON object within the bounds of an event. Text with lone surrogates, which no store or hash
 * can hold, gets U+FFFD in their place: refusing it would let a crafted name hide its event.
 */
export function bounded(value: unknown): Result<JsonObject, MalformedEvent> {
  if (!isJsonObject(value)) return malformed(`found ${shown(value)}, expected an object`);
  const walk: Walk = { bytes: 0, wellFormed: true, problem: undefined };
  visit(value, { walk, depth: 1 });
  if (walk.problem !== undefined) return malformed(walk.problem);
  if (walk.wellFormed) return ok(value);
  const repaired = repair(value);
  return isJsonObject(repaired) ? ok(repaired) : ok(value);
}

function visit(value: unknown, at: { walk: Walk; depth: number }): void {
  const { walk } = at;
  if (typeof value === "string") visitText(value, walk);
  else if (typeof value === "object" && value !== null) visitContainer(value, at);
  else if (isScalar(value)) walk.bytes += 1;
  else walk.problem ??= `found ${typeof value}, expected JSON`;
}

const isScalar = (value: unknown): boolean => value === null || typeof value === "boolean" || Number.isFinite(value);

function visitText(text: string, walk: Walk): void {
  walk.bytes += text.length + 2;
  if (!text.isWellFormed()) walk.wellFormed = false;
}

function visitContainer(value: object, { walk, depth }: { walk: Walk; depth: number }): void {
  if (depth > EVENT_DEPTH_MAX) walk.problem ??= `nested more than ${EVENT_DEPTH_MAX} levels deep`;
  if (walk.bytes > EVENT_BYTES_MAX) walk.problem ??= `larger than ${EVENT_BYTES_MAX} bytes`;
  if (walk.problem !== undefined) return;
  walk.bytes += 2;
  const inner = { walk, depth: depth + 1 };
  if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      visitText(name, walk);
      visit(value[name], inner);
    }
  } else if (Array.isArray(value)) {
    for (const item of value) visit(item, inner);
  }
  if (walk.bytes > EVENT_BYTES_MAX) walk.problem ??= `larger than ${EVENT_BYTES_MAX} bytes`;
}

function repair(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(repair);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), repair(inner)]));
}
