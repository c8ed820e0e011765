import type { JsonObject } from "@ephor/domain/json";
import { PATTERN_LIMITS } from "@ephor/events/pattern/index";
import { type Fields, fieldsOf, patternOf } from "./pattern-fields.ts";
import type { Route } from "./types.ts";

/** Patterns and whether read-only management events must reach them; a detection is one. */
export type Packable = { readonly patterns: readonly JsonObject[]; readonly readOnly: boolean };

/**
 * An EventBridge rule. `name` tells what it lets through and is unique within one packing; it is at most 32 characters
 * of `[a-z0-9-]`. `state`: EventBridge keeps read-only management events from a rule that is merely ENABLED (EventBridge
 * User Guide, "Receiving read-only management events from AWS services").
 */
export type Rule = {
  readonly name: string;
  readonly pattern: JsonObject;
  readonly state: "ENABLED" | "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
};

export type PackOptions = {
  /** Rules to stay within. EventBridge allows 300 a bus, but others' rules stand on an account's default bus as well. */
  readonly rulesMax?: number;
};

type Access = "read" | "write";
type Keep = (path: string) => boolean;
/** One exact eventName (as JSON text) with the other fields of its pattern. */
type NamedPart = { readonly kind: "named"; readonly access: Access; readonly name: string; readonly rest: Fields };
type OwnPart = { readonly kind: "own"; readonly access: Access; readonly pattern: JsonObject };

const RULES_MAX = 60;
const LABEL_MAX = 20;
const EVENT_NAME = "detail.eventName";
const EVENT_SOURCE = "detail.eventSource";
const ERROR_CODE = "detail.errorCode";

const everything: Keep = () => true;
const only =
  (...paths: readonly string[]): Keep =>
  (path) =>
    paths.includes(path);

/** What is kept beside exact eventNames, from narrow and many rules to wide and few; the first that fits is taken. */
const LADDER: readonly Readonly<Record<Access, Keep>>[] = [
  { read: everything, write: everything },
  { read: everything, write: only(EVENT_SOURCE, ERROR_CODE) },
  { read: everything, write: only(EVENT_SOURCE) },
  { read: everything, write: only() },
  { read: only(EVENT_SOURCE), write: only() },
  { read: only(), write: only() },
];

/**
 * Packs patterns into few, narrow rules: whatever one of `packables` matches, a rule matches. Each exact eventName lies
 * in one rule, whose other fields are those that all its patterns share; rules alike but for their eventNames become
 * one, up to EventBridge's 2,048 characters. A pattern without exact eventNames, or with `$or`, keeps its own rule.
 * So packing only drops fields or unites the values of one. The same patterns give the same rules in any order.
 */
export function packRules(packables: readonly Packable[], { rulesMax = RULES_MAX }: PackOptions = {}): readonly Rule[] {
  const parts = packables.flatMap(partsOf);
  const own = parts.filter((part) => part.kind === "own");
  const named = mergeByName(parts.filter((part) => part.kind === "named"));
  const steps = LADDER.map((keep) => distinct([...own, ...packNamed(named, keep)]));
  return toRules(steps.find((rules) => rules.length <= rulesMax) ?? steps.at(-1) ?? []);
}

/** A route's patterns, those for read-only events apart. */
export function packablesOf({ patterns, readOnlyPatterns = [] }: Route): readonly Packable[] {
  const readOnly = new Set(readOnlyPatterns);
  return [
    { patterns: patterns.filter((pattern) => !readOnly.has(pattern)), readOnly: false },
    { patterns: readOnlyPatterns, readOnly: true },
  ];
}

/** A pattern as one part for each of its exact eventNames and one for what is left. */
function partsOf({ patterns, readOnly }: Packable): readonly (NamedPart | OwnPart)[] {
  const access: Access = readOnly ? "read" : "write";
  return patterns.flatMap((pattern): readonly (NamedPart | OwnPart)[] => {
    const fields = fieldsOf(pattern);
    const [names, others] = split(fields?.get(EVENT_NAME) ?? new Set());
    if (fields === undefined || names.length === 0) return [{ kind: "own", access, pattern }];
    const rest = new Map([...fields].filter(([path]) => path !== EVENT_NAME));
    const inexact = patternOf(new Map([...rest, [EVENT_NAME, new Set(others)]]));
    const named = names.map((name): NamedPart => ({ kind: "named", access, name, rest }));
    return others.length === 0 ? named : [...named, { kind: "own", access, pattern: inexact }];
  });
}

const split = (values: ReadonlySet<string>): readonly [readonly string[], readonly string[]] => [
  [...values].filter((text) => text.startsWith('"')),
  [...values].filter((text) => !text.startsWith('"')),
];

/** One part for each eventName: what all of its patterns share, and read-only if any of them is. */
function mergeByName(parts: readonly NamedPart[]): readonly NamedPart[] {
  return [...Map.groupBy(parts, ({ name }) => name).entries()].map(([name, same]) => ({
    kind: "named",
    access: same.some(({ access }) => access === "read") ? "read" : "write",
    name,
    rest: same.map(({ rest }) => rest).reduce(shared),
  }));
}

/** The fields with the same values in both; sources are united. */
const shared = (a: Fields, b: Fields): Fields =>
  new Map(
    [...a].flatMap(([path, values]) => {
      const others = b.get(path);
      if (others === undefined) return [];
      const all = new Set([...values, ...others]);
      const same = all.size === values.size && all.size === others.size;
      return same || path === EVENT_SOURCE ? [[path, all] as const] : [];
    }),
  );

function packNamed(parts: readonly NamedPart[], keep: Readonly<Record<Access, Keep>>): readonly OwnPart[] {
  const kept = parts.map(({ rest, ...part }) => ({
    ...part,
    rest: new Map([...rest].filter(([path]) => keep[part.access](path))),
  }));
  const alike = Map.groupBy(kept, ({ access, rest }) => `${access} ${JSON.stringify(patternOf(rest))}`);
  return [...alike.values()].flatMap(united);
}

/** Parts alike but for their eventNames as one pattern, or as several where one would be too long. */
function united(parts: readonly NamedPart[]): readonly OwnPart[] {
  const [first] = parts;
  if (first === undefined) return [];
  const { access, rest } = first;
  const withNames = (names: readonly string[]) => patternOf(new Map([...rest, [EVENT_NAME, new Set(names)]]));
  const spare = PATTERN_LIMITS.eventBridgeCharacters - JSON.stringify(withNames([])).length;
  const rows: string[][] = [[]];
  for (const name of parts.map((part) => part.name).toSorted()) {
    const row = rows.at(-1) ?? [];
    if (row.length === 0 || [...row, name].join().length <= spare) row.push(name);
    if (row.at(-1) !== name) rows.push([name]);
  }
  return rows.map((names) => ({ kind: "own", access, pattern: withNames(names) }));
}

/** Each pattern once, for read-only events where any wants them. */
function distinct(parts: readonly OwnPart[]): readonly OwnPart[] {
  const same = Map.groupBy(parts, ({ pattern }) => JSON.stringify(pattern));
  return [...same.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, alike]) => alike.find(({ access }) => access === "read") ?? alike.slice(0, 1));
}

function toRules(parts: readonly OwnPart[]): readonly Rule[] {
  const counts = new Map<string, number>();
  return parts.map(({ access, pattern }) => {
    const label = `${access}-${labelOf(pattern)}`;
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    const state = access === "read" ? "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" : "ENABLED";
    return { name: count === 1 ? label : `${label}-${count}`, pattern, state };
  });
}

/** The one service that a pattern names, as `iam` of `iam.amazonaws.com` or `backup` of `aws.backup`. */
function labelOf(pattern: JsonObject): string {
  const fields = fieldsOf(pattern);
  const [source, ...more] = fields?.get(EVENT_SOURCE) ?? fields?.get("source") ?? [];
  const label = /^"(?:aws\.)?([a-z0-9-]+)[."]/.exec(source ?? "")?.[1];
  return label === undefined || more.length > 0 ? "any" : label.slice(0, LABEL_MAX);
}
