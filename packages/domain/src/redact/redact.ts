import type { Json } from "../json.ts";
import { isCardNumber } from "./checks.ts";
import { fieldOf, type Matcher, matcherFor } from "./matcher.ts";
import { MARKER, markerOf } from "./pattern.ts";
import { type RedactOptions, redactText } from "./redact-text.ts";

export const REDACT_BOUNDS = { depthMax: 64, valuesMax: 200_000, charactersMax: 4 * 1024 * 1024 } as const;

/**
 * A copy of `value` as JSON with every secret and personal datum replaced by `[redacted:<pattern>]`: in texts, in keys,
 * and whole values under key terms, at every depth. Never throws, never changes `value`, and is idempotent.
 * What JSON cannot hold is written as JSON would write it; errors keep name, message, stack and cause. Cycles, bytes,
 * and what lies beyond 64 levels, 200,000 values or 4 Mi characters become markers too: what was not read is not shown.
 */
export function redact(value: unknown, options: RedactOptions = {}): Json {
  const walk: Walk = { matcher: matcherFor(options), options, above: new Set(), values: 0, characters: 0 };
  return copy(walk, value, undefined) ?? null;
}

type Walk = {
  readonly matcher: Matcher;
  readonly options: RedactOptions;
  /** The objects that hold the one being copied: meeting one again is a cycle. */
  readonly above: Set<object>;
  values: number;
  characters: number;
};

// Below a key term, keys whose last word is one of these say which secret it is, not what it is.
const LABELS = new Set(
  "id arn name username type status date time at expiration expiry expires version description region".split(" "),
);
const LAST_WORD = /(?:[A-Z]?[a-z0-9]+|[A-Z]+)$/;

/** Undefined where JSON leaves a value out. `term` is the key term that `value` stands under. */
function copy(walk: Walk, value: unknown, term: string | undefined): Json | undefined {
  switch (typeof value) {
    case "string":
      return copyText(walk, value, term);
    case "number":
      return copyNumber(walk, value, term);
    case "bigint":
      return copyText(walk, String(value), term);
    case "boolean":
      walk.values++;
      return value;
    case "object":
      return value === null ? null : guarded(walk, value, term);
    default:
      return undefined;
  }
}

function copyText(walk: Walk, text: string, term: string | undefined): string {
  // Markers cost nothing, so that a second call, which meets more of them, is cut nowhere that the first was not.
  if (MARKER.test(text)) return text;
  if (term !== undefined && text !== "") return markerOf(term);
  walk.values++;
  if (walk.characters + text.length > REDACT_BOUNDS.charactersMax) return markerOf("over-limit");
  const redacted = redactText(text, walk.options);
  const cost = Math.max(text.length, redacted.length);
  if (walk.characters + cost > REDACT_BOUNDS.charactersMax) return markerOf("over-limit");
  walk.characters += cost;
  return redacted;
}

function copyNumber(walk: Walk, value: number, term: string | undefined): Json {
  if (term !== undefined) return markerOf(term);
  walk.values++;
  if (!Number.isFinite(value)) return null;
  return value > 1e12 && isCardNumber(String(value)) ? markerOf("card-number") : value;
}

function guarded(walk: Walk, value: object, term: string | undefined): Json | undefined {
  if (walk.above.has(value)) return markerOf("cycle");
  if (walk.above.size >= REDACT_BOUNDS.depthMax) return markerOf("too-deep");
  walk.values++;
  walk.above.add(value);
  try {
    return copyObject(walk, value, term);
  } catch {
    // A getter, a proxy or a `toJSON` of the caller's threw; what cannot be read cannot be shown.
    return markerOf("unreadable");
  } finally {
    walk.above.delete(value);
  }
}

function copyObject(walk: Walk, value: object, term: string | undefined): Json | undefined {
  if (Array.isArray(value)) return copyList(walk, value, term);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return markerOf("bytes");
  if (value instanceof Error) return copyEntries(walk, errorEntries(value), term);
  if (value instanceof Map)
    return copyEntries(
      walk,
      [...value].map(([key, held]) => [String(key), held]),
      term,
    );
  if (value instanceof Set) return copyList(walk, [...value], term);
  if ("toJSON" in value && typeof value.toJSON === "function") return copy(walk, value.toJSON(), term);
  return copyEntries(walk, Object.entries(value), term);
}

function copyList(walk: Walk, list: readonly unknown[], term: string | undefined): Json {
  const out: Json[] = [];
  for (const item of list) {
    if (walk.values >= REDACT_BOUNDS.valuesMax && !isMarker(item)) return [...out, markerOf("over-limit")];
    out.push(copy(walk, item, term) ?? null);
  }
  return out;
}

function copyEntries(walk: Walk, entries: Iterable<readonly [string, unknown]>, term: string | undefined): Json {
  const out = new Map<string, Json>();
  const seen = new Map<string, number>();
  for (const [key, value] of entries) {
    if (walk.values >= REDACT_BOUNDS.valuesMax && !isMarker(value)) {
      out.set(markerOf("over-limit"), markerOf("over-limit"));
      break;
    }
    const name = copyText(walk, key, undefined);
    // A key can become a key term by its own redaction; seen from the start, a second call finds nothing new.
    const copied = copy(walk, value, termOf(walk, key, term) ?? (name === key ? undefined : termOf(walk, name, term)));
    if (copied !== undefined) out.set(freeKey(seen, name), copied);
  }
  return Object.fromEntries(out);
}

/** Two keys may redact to one; both values are kept. */
function freeKey(seen: Map<string, number>, key: string): string {
  const times = (seen.get(key) ?? 0) + 1;
  seen.set(key, times);
  return times === 1 ? key : `${key} (${times})`;
}

function termOf(walk: Walk, key: string, above: string | undefined): string | undefined {
  const own = fieldOf(walk.matcher, key)?.id;
  if (own !== undefined || above === undefined) return own;
  return LABELS.has((LAST_WORD.exec(key)?.[0] ?? key).toLowerCase()) ? undefined : above;
}

const errorEntries = (error: Error): [string, unknown][] => [
  ["name", error.name],
  ["message", error.message],
  ["stack", error.stack],
  ...(error.cause === undefined ? [] : [["cause", error.cause] satisfies [string, unknown]]),
  ...Object.entries(error),
];

const isMarker = (value: unknown): boolean => typeof value === "string" && MARKER.test(value);
