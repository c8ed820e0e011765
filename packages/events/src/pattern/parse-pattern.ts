import { ok, type Result } from "@ephor/domain/result";
import { type JsonNode, jsonNodeOf } from "./json-node.ts";
import { PATTERN_LIMITS, type Pattern, type PatternError } from "./pattern.ts";
import { isTooComplex } from "./pattern-complexity.ts";
import { invalid } from "./pattern-error.ts";
import { type Draft, readAlternatives } from "./read-alternatives.ts";
import { readJson } from "./read-json.ts";

export type ParseOptions = {
  /** At most this many characters of JSON text. Default PATTERN_LIMITS.characters; AWS's quota is `eventBridgeCharacters`. */
  readonly charactersMax?: number;
};

/**
 * Reads and validates an EventBridge event pattern, given as JSON text or as a value.
 *
 * Fields are named by dotted paths, so `{"a": {"b": …}}` and `{"a.b": …}` are the same field; a later mention of a
 * field replaces an earlier one, also across `$or`. `$or` is an ordinary field name where it cannot be the operator.
 * Bounds: PATTERN_LIMITS. Errors: `pattern.invalid` with a JSON pointer to the offending place and what was expected.
 * Sources: AWS's "Comparison operators for use in event patterns", event-ruler's README and its JsonRuleCompiler.
 */
export function parsePattern(input: unknown, options: ParseOptions = {}): Result<Pattern, PatternError> {
  const charactersMax = options.charactersMax ?? PATTERN_LIMITS.characters;
  const node = typeof input === "string" ? readJson(input, charactersMax) : jsonNodeOf(input, charactersMax);
  if (!node.ok) return node;
  if (node.value.kind !== "object") return invalid(undefined, `expected a JSON object, got ${node.value.kind}`);
  const drafts = readDrafts(node.value);
  if (!drafts.ok) return drafts;
  if (drafts.value.some((draft) => draft.size > PATTERN_LIMITS.fields)) {
    return invalid(undefined, `expected at most ${PATTERN_LIMITS.fields} fields`);
  }
  if (isTooComplex(drafts.value)) {
    return invalid(
      undefined,
      "the pattern is too complex: use fewer wildcards, or fewer repeated characters after one",
    );
  }
  return ok({ alternatives: drafts.value });
}

/** Where `$or` cannot be read as the operator, the whole pattern is tried with `$or` as a field name, as event-ruler does. */
function readDrafts(node: JsonNode): Result<readonly Draft[], PatternError> {
  const drafts = readAlternatives(node, { orIsField: false });
  if (drafts.ok || !mentionsOr(node)) return drafts;
  const plain = readAlternatives(node, { orIsField: true });
  return plain.ok ? plain : drafts;
}

function mentionsOr(node: JsonNode): boolean {
  if (node.kind === "array") return node.items.some(mentionsOr);
  return node.kind === "object" && node.members.some(({ key, value }) => key === "$or" || mentionsOr(value));
}
