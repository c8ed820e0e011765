import { ok, type Result } from "@ephor/domain/result";
import type { JsonMember, JsonNode } from "./json-node.ts";
import { parseMatchers } from "./parse-matcher.ts";
import { PATTERN_LIMITS, type PatternError, type ValueMatcher } from "./pattern.ts";
import { invalid, type Place, shown, within } from "./pattern-error.ts";

export type Draft = Map<string, readonly ValueMatcher[]>;
type Drafts = Result<readonly Draft[], PatternError>;

type Scope = {
  readonly place: Place;
  /** The dotted path down to here, undefined at the top. */
  readonly path: string | undefined;
  /** The alternatives so far; none before the first field. */
  readonly drafts: readonly Draft[];
  readonly insideOr: boolean;
  readonly orIsField: boolean;
};

/** Names that `$or` must not hold as fields: those of operators, now or in event-ruler's plans. */
const RESERVED_INSIDE_OR: ReadonlySet<string> = new Set([
  ...["exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"],
  ...["=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"],
  ...["date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"],
  ...["ip-address-in-range", "ip-address-not-in-range"],
]);

/**
 * Reads a pattern's fields in the order they are written into alternatives: one, multiplied by each `$or`.
 * Fields written after an `$or` go into each of its alternatives.
 */
export function readAlternatives(node: JsonNode, { orIsField }: { orIsField: boolean }): Drafts {
  return readObject(node, { place: undefined, path: undefined, drafts: [], insideOr: false, orIsField });
}

function readObject(node: JsonNode, scope: Scope): Drafts {
  if (node.kind !== "object") return invalid(scope.place, `expected an object, got ${node.kind}`);
  if (node.members.length === 0)
    return invalid(scope.place, "expected at least one field: empty objects are not allowed");
  let drafts = scope.drafts;
  for (const member of node.members) {
    const next = readField(member, { ...scope, drafts });
    if (!next.ok) return next;
    drafts = next.value;
  }
  return ok(drafts);
}

function readField({ key, value }: JsonMember, scope: Scope): Drafts {
  const place = within(scope.place, key);
  if (key === "$or" && !scope.orIsField) return readOr(value, { ...scope, place });
  if (scope.insideOr && RESERVED_INSIDE_OR.has(key)) {
    return invalid(place, `${shown(key)} names an operator and cannot be a field inside $or`);
  }
  const path = scope.path === undefined ? key : `${scope.path}.${key}`;
  if (value.kind === "object") return readObject(value, { ...scope, place, path });
  if (value.kind !== "array") {
    return invalid(place, `expected an object of fields or an array of values, got ${value.kind}`);
  }
  if (path.split(".").length > PATTERN_LIMITS.steps) {
    return invalid(place, `expected at most ${PATTERN_LIMITS.steps} steps in a field's path`);
  }
  const matchers = parseMatchers(value.items, place);
  if (!matchers.ok) return matchers;
  const drafts = scope.drafts.length === 0 ? [new Map()] : scope.drafts;
  for (const draft of drafts) draft.set(path, matchers.value);
  return ok(drafts);
}

function readOr(node: JsonNode, scope: Scope): Drafts {
  if (node.kind !== "array") return invalid(scope.place, `expected $or to be an array of objects, got ${node.kind}`);
  if (node.items.length < 2) return invalid(scope.place, "expected at least two objects in $or");
  const before = scope.drafts.length === 0 ? [new Map()] : scope.drafts;
  const drafts: Draft[] = [];
  for (const [index, item] of node.items.entries()) {
    const copies = before.map((draft) => new Map(draft));
    const place = within(scope.place, index);
    const branch = readObject(item, { ...scope, place, drafts: copies, insideOr: true });
    if (!branch.ok) return branch;
    drafts.push(...branch.value);
    if (drafts.length > PATTERN_LIMITS.alternatives) {
      return invalid(scope.place, `expected $or to give at most ${PATTERN_LIMITS.alternatives} combinations`);
    }
  }
  return ok(drafts);
}
