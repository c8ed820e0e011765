import { ok, type Result } from "@ephor/domain/result";
import type { JsonNode } from "./json-node.ts";
import type { PatternError, ValueMatcher } from "./pattern.ts";
import { invalid, type Place, within } from "./pattern-error.ts";
import { parseWildcard } from "./wildcard.ts";

type Parsed = Result<ValueMatcher, PatternError>;
type ParseText = (text: string, place: Place) => Parsed;

/** What `anything-but` may negate besides plain values: each takes a string or a list of strings. */
const NEGATABLE: ReadonlyMap<string, ParseText> = new Map<string, ParseText>([
  ["prefix", end("prefix")],
  ["suffix", end("suffix")],
  ["equals-ignore-case", (text) => ok({ kind: "equals-ignore-case", text })],
  ["wildcard", wildcard],
]);

const FORMS = `a string, a number, a list of either, or an object with one of ${[...NEGATABLE.keys()].join(", ")}`;

/** Reads the operand of `anything-but`. Strings in it are texts, never addresses. */
export function parseAnythingBut(operand: JsonNode, place: Place): Parsed {
  if (operand.kind === "object") return parseNegated(operand.members, place);
  const items = operand.kind === "array" ? operand.items : [operand];
  const [first] = items;
  if (first === undefined) return invalid(place, "expected at least one value in anything-but");
  const none: ValueMatcher[] = [];
  for (const [index, item] of items.entries()) {
    const at = operand.kind === "array" ? within(place, index) : place;
    if (item.kind !== "string" && item.kind !== "number") return invalid(at, `expected ${FORMS}, got ${item.kind}`);
    if (item.kind !== first.kind) return invalid(at, "expected only strings or only numbers in anything-but, got both");
    if (item.kind === "number" && !item.comparable) return invalid(at, "expected a number of at most 15 digits");
    none.push({ kind: "exact", value: item.value });
  }
  return ok({ kind: "anything-but", none });
}

function parseNegated(members: readonly { key: string; value: JsonNode }[], place: Place): Parsed {
  const [member] = members;
  const parse = NEGATABLE.get(member?.key ?? "");
  if (member === undefined || parse === undefined || members.length > 1) return invalid(place, `expected ${FORMS}`);
  const at = within(place, member.key);
  const items = member.value.kind === "array" ? member.value.items : [member.value];
  if (items.length === 0) return invalid(at, "expected at least one string");
  const none: ValueMatcher[] = [];
  for (const [index, item] of items.entries()) {
    const itemAt = member.value.kind === "array" ? within(at, index) : at;
    if (item.kind !== "string") return invalid(itemAt, `expected a string or a list of strings, got ${item.kind}`);
    const matcher = parse(item.value, itemAt);
    if (!matcher.ok) return matcher;
    none.push(matcher.value);
  }
  return ok({ kind: "anything-but", none });
}

function end(kind: "prefix" | "suffix"): ParseText {
  return (text, place) =>
    text === "" ? invalid(place, `expected a ${kind} that is not empty`) : ok({ kind, text, ignoreCase: false });
}

function wildcard(text: string, place: Place): Parsed {
  const parsed = parseWildcard(text);
  return "problem" in parsed
    ? invalid(place, parsed.problem)
    : ok({ kind: "wildcard", text, literals: parsed.literals });
}
