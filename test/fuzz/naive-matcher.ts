import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";

/**
 * The semantics of event patterns written down as plainly as possible, for tests only. It shares nothing with the
 * compiled matcher: it works on raw JSON, lists every value of the event with the array elements it stands in, and
 * tries every combination. Give it valid patterns.
 */
export function naiveMatches(pattern: JsonObject, event: readonly Leaf[]): boolean {
  return naiveRules(pattern).some((rule) => naiveRuleMatches(rule, event));
}

export type Leaf = {
  readonly path: string;
  readonly value: Json;
  /** Which element of which array (by number) the value stands in. */
  readonly elements: ReadonlyMap<number, number>;
};

export type NaiveRule = readonly (readonly [path: string, operands: readonly Json[]])[];

/** The rules of a pattern, fields sorted by path: one, or one for each combination that `$or` makes. */
export function naiveRules(pattern: JsonObject): readonly NaiveRule[] {
  const maps = expand(pattern, { prefix: "", before: [new Map()] });
  return maps.map((map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function naiveRuleMatches(rule: NaiveRule, event: readonly Leaf[]): boolean {
  return combine(rule, event, { next: 0, chosen: new Map() });
}

/** Every scalar of an event, by the dotted path that leads to it. Arrays add no step. */
export function leavesOf(event: JsonObject): readonly Leaf[] {
  const walk = new LeafWalk();
  walk.visit(event, { path: "", elements: new Map() });
  return walk.leaves;
}

class LeafWalk {
  readonly leaves: Leaf[] = [];
  #arrays = 0;

  visit(value: Json, { path, elements }: Omit<Leaf, "value">): void {
    if (Array.isArray(value)) {
      this.#visitArray(value, { path, elements });
      return;
    }
    if (!isJsonObject(value)) {
      this.leaves.push({ path, value, elements });
      return;
    }
    for (const [key, inside] of Object.entries(value)) {
      this.visit(inside, { path: path === "" ? key : `${path}.${key}`, elements });
    }
  }

  /** Only what is nested in an element counts as standing in it; a scalar of the array does not. */
  #visitArray(items: readonly Json[], { path, elements }: Omit<Leaf, "value">): void {
    const array = this.#arrays++;
    for (const [i, item] of items.entries()) {
      const isNested = typeof item === "object" && item !== null;
      this.visit(item, { path, elements: isNested ? new Map(elements).set(array, i) : elements });
    }
  }
}

type Fields = Map<string, readonly Json[]>;

function expand(
  pattern: JsonObject,
  { prefix, before }: { prefix: string; before: readonly Fields[] },
): readonly Fields[] {
  let rules = before;
  for (const [key, value] of Object.entries(pattern)) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (key === "$or" && Array.isArray(value)) {
      rules = value.flatMap((branch) => (isJsonObject(branch) ? expand(branch, { prefix, before: rules }) : []));
    } else if (isJsonObject(value)) rules = expand(value, { prefix: path, before: rules });
    else if (Array.isArray(value)) rules = rules.map((rule) => new Map(rule).set(path, value));
  }
  return rules;
}

type Choice = { readonly next: number; readonly chosen: ReadonlyMap<number, number> };

function combine(rule: NaiveRule, event: readonly Leaf[], { next, chosen }: Choice): boolean {
  const field = rule[next];
  if (field === undefined) return true;
  const [path, operands] = field;
  const here = event.filter((leaf) => leaf.path === path && isConsistent(leaf, chosen));
  const wantsAbsence = operands.some((operand) => isJsonObject(operand) && operand.exists === false);
  if (wantsAbsence && here.length === 0 && combine(rule, event, { next: next + 1, chosen })) return true;
  return here.some(
    (leaf) =>
      operands.some((operand) => meets(leaf.value, operand)) &&
      combine(rule, event, { next: next + 1, chosen: new Map([...chosen, ...leaf.elements]) }),
  );
}

const isConsistent = ({ elements }: Leaf, chosen: ReadonlyMap<number, number>): boolean =>
  [...elements].every(([array, i]) => (chosen.get(array) ?? i) === i);

function meets(value: Json, operand: Json): boolean {
  if (!isJsonObject(operand)) return value === operand || isSameAddress(value, operand);
  const [[operator, argument] = ["", null]] = Object.entries(operand);
  if (operator === "exists") return argument === true;
  if (operator === "anything-but") return !isExcepted(value, argument);
  if (operator === "numeric") return Array.isArray(argument) && typeof value === "number" && isInRange(value, argument);
  if (typeof value !== "string") return false;
  return meetsText(value, [operator, argument]);
}

function meetsText(value: string, [operator, argument]: readonly [string, Json]): boolean {
  if (operator === "cidr") return typeof argument === "string" && isInBlock(value, argument);
  if (isJsonObject(argument)) {
    const text = [...String(argument["equals-ignore-case"])];
    const [candidates, wanted] = operator === "prefix" ? [startsOf(value), text] : [endsOf(value), text];
    return candidates.some((candidate) => equalsCaseless(candidate, wanted));
  }
  const text = String(argument);
  if (operator === "prefix") return value.slice(0, text.length) === text;
  if (operator === "suffix") return text === "" || value.slice(-text.length) === text;
  if (operator === "equals-ignore-case") return equalsCaseless(value, [...text]);
  return operator === "wildcard" && meetsWildcard(value, text);
}

function isExcepted(value: Json, argument: Json): boolean {
  if (Array.isArray(argument)) return argument.includes(value);
  if (!isJsonObject(argument)) return value === argument;
  const [[operator, texts] = ["", null]] = Object.entries(argument);
  const list = Array.isArray(texts) ? texts : [texts];
  return typeof value === "string" && list.some((text) => meetsText(value, [operator, text]));
}

function isInRange(value: number, [sign, bound, ...more]: readonly Json[]): boolean {
  const number = Number(bound);
  const holds = {
    "=": value === number,
    "<": value < number,
    "<=": value <= number,
    ">": value > number,
    ">=": value >= number,
  };
  return (
    Object.entries(holds).some(([name, isTrue]) => name === sign && isTrue) &&
    (more.length === 0 || isInRange(value, more))
  );
}

const startsOf = (value: string): readonly string[] =>
  Array.from({ length: value.length + 1 }, (_, i) => value.slice(0, i));
const endsOf = (value: string): readonly string[] => Array.from({ length: value.length + 1 }, (_, i) => value.slice(i));

function equalsCaseless(value: string, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return value === "";
  return [first.toLowerCase(), first.toUpperCase()].some(
    (form) => value.startsWith(form) && equalsCaseless(value.slice(form.length), rest),
  );
}

function meetsWildcard(value: string, expression: string): boolean {
  const [first, second] = expression;
  if (first === undefined) return value === "";
  if (first === "*") return endsOf(value).some((end) => meetsWildcard(end, expression.slice(1)));
  const [literal, used] = first === "\\" ? [second, 2] : [first, 1];
  return value[0] === literal && meetsWildcard(value.slice(1), expression.slice(used));
}

function isSameAddress(value: Json, operand: Json): boolean {
  if (typeof value !== "string" || typeof operand !== "string") return false;
  const bits = naiveBits(operand);
  return bits !== undefined && bits === naiveBits(value);
}

function isInBlock(value: string, block: string): boolean {
  const [address = "", count] = block.split("/");
  const [bits, wanted] = [naiveBits(value), naiveBits(address)];
  if (bits === undefined || wanted === undefined) return false;
  return bits.length === wanted.length && bits.slice(0, Number(count)) === wanted.slice(0, Number(count));
}

/** An address as zeros and ones: 32 for IPv4 (at most 15 characters), 128 for IPv6 (at most 39). */
function naiveBits(text: string): string | undefined {
  if (text.length > (text.includes(":") ? 39 : 15)) return undefined;
  const octets = text.split(".").map(Number);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    return octets.some((octet) => octet > 255)
      ? undefined
      : octets.map((octet) => octet.toString(2).padStart(8, "0")).join("");
  }
  if (!/^[\da-f:]*:[\da-f:]*$/i.test(text) || text.split("::").length > 2 || /(^:[^:])|([^:]:$)/.test(text))
    return undefined;
  const [head = "", tail] = text.split("::");
  const groups = (half: string): readonly string[] => (half === "" ? [] : half.split(":"));
  const missing = 8 - groups(head).length - groups(tail ?? "").length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...groups(head), ...Array<string>(missing).fill("0"), ...groups(tail ?? "")];
  const bits = all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("");
  return bits.startsWith(`${"0".repeat(80)}${"1".repeat(16)}`) ? bits.slice(96) : bits;
}
