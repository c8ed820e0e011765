import { type EphorError, ephorError } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import { compileMatcher } from "./compile-matcher.ts";
import { parsePattern } from "./parse-pattern.ts";
import { PATTERN_LIMITS, type PatternError } from "./pattern.ts";

type EventError = EphorError<"event.malformed">;

export type PatternTest =
  | { readonly match: boolean }
  | { readonly valid: true }
  | { readonly error: PatternError | EventError };

/** What the TestEventPattern API wants in an event; of any type. */
const REQUIRED = ["id", "account", "source", "time", "region", "detail-type"] as const;

/**
 * Answers as the TestEventPattern API does: whether `event` matches `pattern`, or what is wrong with either. Both are
 * JSON text or values. Without an event the pattern is only validated.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
 */
export function testPattern(pattern: unknown, event?: unknown): PatternTest {
  const parsed = parsePattern(pattern);
  if (!parsed.ok) return { error: parsed.error };
  if (event === undefined) return { valid: true };
  const envelope = parseEvent(event);
  if (!envelope.ok) return { error: envelope.error };
  return { match: compileMatcher([{ pattern: parsed.value, value: true }]).match(envelope.value).length > 0 };
}

function parseEvent(event: unknown): Result<JsonObject, EventError> {
  const value = typeof event === "string" ? parseJson(event) : event;
  if (value === undefined) return malformed("the event is not valid JSON");
  if (!isJsonObject(value)) return malformed("expected the event to be a JSON object");
  const missing = REQUIRED.find((field) => !Object.hasOwn(value, field));
  if (missing !== undefined) return malformed(`expected the event to have ${REQUIRED.join(", ")}`, `/${missing}`);
  if (isDeeper(value, PATTERN_LIMITS.depth))
    return malformed(`expected at most ${PATTERN_LIMITS.depth} levels of nesting`);
  return ok(value);
}

const malformed = (message: string, path = ""): Result<JsonObject, EventError> =>
  err(ephorError("event.malformed", message, { path }));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Level by level, since an event may be nested more deeply than calls can be. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
