import { ok, type Result } from "@ephor/domain/result";
import { parseAddressBlock, singleAddress } from "./address-block.ts";
import type { JsonMember, JsonNode } from "./json-node.ts";
import { parseAnythingBut } from "./parse-anything-but.ts";
import { parseNumeric } from "./parse-numeric.ts";
import type { PatternError, ValueMatcher } from "./pattern.ts";
import { invalid, type Place, shown, within } from "./pattern-error.ts";
import { parseWildcard } from "./wildcard.ts";

type Parsed = Result<ValueMatcher, PatternError>;
type ParseOperator = (operand: JsonNode, place: Place) => Parsed;

/**
 * The comparison operators, by the names a pattern uses.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, and event-ruler for `exactly`.
 */
const OPERATORS: ReadonlyMap<string, ParseOperator> = new Map<string, ParseOperator>([
  ["exactly", text((value) => ({ kind: "exact", value }))],
  ["equals-ignore-case", text((value) => ({ kind: "equals-ignore-case", text: value }))],
  ["prefix", parseEnd("prefix")],
  ["suffix", parseEnd("suffix")],
  ["wildcard", parseWildcardOperand],
  ["cidr", parseCidr],
  ["numeric", parseNumeric],
  ["exists", parseExists],
  ["anything-but", parseAnythingBut],
]);

/** The matchers of one field: a list of values and operators, at least one. */
export function parseMatchers(items: readonly JsonNode[], place: Place): Result<readonly ValueMatcher[], PatternError> {
  if (items.length === 0) return invalid(place, "expected at least one value: empty arrays are not allowed");
  const matchers: ValueMatcher[] = [];
  for (const [index, item] of items.entries()) {
    const matcher = parseMatcher(item, within(place, index));
    if (!matcher.ok) return matcher;
    matchers.push(matcher.value);
  }
  return ok(matchers);
}

function parseMatcher(node: JsonNode, place: Place): Parsed {
  if (node.kind === "object") return parseOperator(node.members, place);
  if (node.kind === "array")
    return invalid(place, "expected a string, number, true, false, null or an operator, got an array");
  if (node.kind !== "string") return ok({ kind: "exact", value: node.value });
  const block = singleAddress(node.value);
  return ok(block === undefined ? { kind: "exact", value: node.value } : { kind: "address", block });
}

function parseOperator(members: readonly JsonMember[], place: Place): Parsed {
  const [member] = members;
  if (member === undefined) return invalid(place, `expected an operator: one of ${[...OPERATORS.keys()].join(", ")}`);
  const parse = OPERATORS.get(member.key);
  const at = within(place, member.key);
  if (parse === undefined) {
    return invalid(at, `unknown operator ${shown(member.key)}: expected one of ${[...OPERATORS.keys()].join(", ")}`);
  }
  if (members.length > 1) return invalid(place, `expected one operator an object, got ${members.length}`);
  return parse(member.value, at);
}

function text(matcher: (value: string) => ValueMatcher): ParseOperator {
  return (operand, place) =>
    operand.kind === "string" ? ok(matcher(operand.value)) : invalid(place, `expected a string, got ${operand.kind}`);
}

/** `prefix` and `suffix` take a string, or an object that makes them ignore case. */
function parseEnd(kind: "prefix" | "suffix"): ParseOperator {
  return (operand, place) => {
    if (operand.kind === "string") return ok({ kind, text: operand.value, ignoreCase: false });
    const [member, ...more] = operand.kind === "object" ? operand.members : [];
    if (member?.key !== "equals-ignore-case" || more.length > 0) {
      return invalid(place, `expected ${kind} to be a string or {"equals-ignore-case": string}`);
    }
    const at = within(place, member.key);
    return text((value) => ({ kind, text: value, ignoreCase: true }))(member.value, at);
  };
}

function parseWildcardOperand(operand: JsonNode, place: Place): Parsed {
  if (operand.kind !== "string") return invalid(place, `expected a string, got ${operand.kind}`);
  const wildcard = parseWildcard(operand.value);
  if ("problem" in wildcard) return invalid(place, wildcard.problem);
  return ok({ kind: "wildcard", text: operand.value, literals: wildcard.literals });
}

function parseCidr(operand: JsonNode, place: Place): Parsed {
  if (operand.kind !== "string") return invalid(place, `expected a string such as "10.0.0.0/24", got ${operand.kind}`);
  const block = parseAddressBlock(operand.value);
  return "problem" in block
    ? invalid(place, `${block.problem}: ${shown(operand.value)}`)
    : ok({ kind: "address", block });
}

function parseExists(operand: JsonNode, place: Place): Parsed {
  const present = operand.kind === "literal" ? operand.value : null;
  return present === null ? invalid(place, "expected true or false") : ok({ kind: "exists", present });
}
