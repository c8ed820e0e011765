import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { Random } from "./random.ts";

/** What may stand where it should not: wrong kinds, empty and nested forms, names that are nearly right. */
const INTRUDERS: readonly Json[] = [
  ...[null, true, 1, -1, 1e10, 12345, "", "x", [], {}, [1], ["x"], [null], [[1]], { x: 1 }, { x: [1] }],
  ...[
    { prefix: "a" },
    { prefix: ["a"] },
    { prefix: { prefix: "a" } },
    { PREFIX: "a" },
    { prefix: "a", suffix: "b" },
    { exactly: "a" },
  ],
  ...[
    { exists: 1 },
    { exists: "true" },
    { "equals-ignore-case": ["a"] },
    { wildcard: "**" },
    { wildcard: "a\\b" },
    { wildcard: ["a"] },
  ],
  ...[
    { wildcard: "*a*a*a*a*a*" },
    { wildcard: "*aaaaaaaaaa" },
    { wildcard: "\\" },
    { cidr: "10.0.0.0" },
    { cidr: "10.0.0.0/32" },
  ],
  ...[
    { cidr: "::1/128" },
    { cidr: "a/1" },
    { cidr: "10.0.0.0/x" },
    { cidr: "10.0.0/8" },
    { cidr: "10.0.0.0/-1" },
    { cidr: 1 },
  ],
  ...[
    { numeric: 1 },
    { numeric: [] },
    { numeric: ["="] },
    { numeric: ["=", "1"] },
    { numeric: ["!", 1] },
    { numeric: [">", 2, "<", 1] },
  ],
  ...[
    { numeric: [">", 1, "<", 1] },
    { numeric: ["<", 1, ">", 0] },
    { numeric: [">", 0, ">", 1] },
    { numeric: [">", 0, "<"] },
  ],
  ...[
    { numeric: [">", 0, "<", 1, "<", 2] },
    { "anything-but": [] },
    { "anything-but": [1, "a"] },
    { "anything-but": true },
  ],
  ...[
    { "anything-but": { prefix: "" } },
    { "anything-but": { suffix: ["a", 1] } },
    { "anything-but": { cidr: "10.0.0.0/8" } },
  ],
  ...[{ "anything-but": { prefix: "a", suffix: "b" } }, { "anything-but": { prefix: { "equals-ignore-case": "a" } } }],
  ...[{ suffix: { "equals-ignore-case": 1 } }, { suffix: { "equals-ignore-case": "a", x: 1 } }, { $or: [{ a: [1] }] }],
  ...[
    { $or: [{ a: [1] }, { b: [1] }] },
    { $or: [{ a: [1] }, 1] },
    { $or: { a: [1] } },
    { $or: [{ prefix: "a" }, { prefix: "b" }] },
  ],
];

/** The same JSON with one value replaced by one that may not belong there. */
export function damagePattern(random: Random, pattern: JsonObject): JsonObject {
  const damaged = damage(random, pattern);
  return isJsonObject(damaged) ? damaged : { a: damaged };
}

function damage(random: Random, value: Json): Json {
  if (Array.isArray(value) && value.length > 0 && !random.chance(0.15)) {
    const at = random.below(value.length);
    return value.with(at, damage(random, value[at] ?? null));
  }
  if (!isJsonObject(value) || Object.keys(value).length === 0 || random.chance(0.1)) return random.pick(INTRUDERS);
  const entries = Object.entries(value);
  const at = random.below(entries.length);
  const [key, inside] = entries[at] ?? ["", null];
  return Object.fromEntries(entries.with(at, [key, damage(random, inside)]));
}
