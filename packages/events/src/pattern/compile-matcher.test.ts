import type { Json, JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { compileMatcher } from "./compile-matcher.ts";
import { ARRAY_NESTING_MAX } from "./field-values.ts";
import { parsePattern } from "./parse-pattern.ts";

function matcherOf(sources: readonly JsonObject[]) {
  const entries = sources.map((source, value) => {
    const parsed = parsePattern(source);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return { pattern: parsed.value, value };
  });
  return compileMatcher(entries);
}

const matches = (pattern: JsonObject, event: JsonObject): boolean => matcherOf([pattern]).match(event).length > 0;

describe("what a field holds", () => {
  test.each<[string, JsonObject, JsonObject, boolean]>([
    ["types are not mixed up", { a: ["1"] }, { a: 1 }, false],
    ["null is a value", { a: [null] }, { a: null }, true],
    ["an object is no value", { a: [{ exists: true }] }, { a: { b: 1 } }, false],
    ["an empty array is no value", { a: [{ exists: false }] }, { a: [] }, true],
    ["any element of an array may match", { a: ["x"] }, { a: ["y", ["x"]] }, true],
    ["anything-but takes any value that is not excepted", { a: [{ "anything-but": "x" }] }, { a: ["x", "y"] }, true],
    ["anything-but wants a value", { a: [{ "anything-but": "x" }] }, {}, false],
    ["a key with dots is a path", { a: { b: { c: [1] } } }, { "a.b": { c: 1 } }, true],
    ["a path may be a key with dots further down", { "a.b.c": [1] }, { a: { "b.c": 1 } }, true],
    ["both spellings give their values", { a: { b: [2] } }, { "a.b": 1, a: { b: 2 } }, true],
    ["an address equals however it is spelled", { a: ["::1"] }, { a: "0:0:0:0:0:0:0:1" }, true],
    ["an IPv6 address is in no IPv4 block", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "a00:1::" }, false],
    ["a number is in no block", { a: [{ cidr: "0.0.0.0/1" }] }, { a: 1.5 }, false],
    ["a quotation mark is a character", { a: [{ suffix: '"x' }] }, { a: "x" }, false],
  ])("%s", (_, pattern, event, isMatch) => {
    expect(matches(pattern, event)).toBe(isMatch);
  });
});

describe("fields match within the same element of an array", () => {
  const employees = { employees: [{ first: "Anna", last: "Smith" }, [{ first: "Peter", last: "Jones" }]] };

  test("and not in different ones", () => {
    expect(matches({ employees: { first: ["Anna"], last: ["Smith"] } }, employees)).toBe(true);
    expect(matches({ employees: { first: ["Peter"], last: ["Jones"] } }, employees)).toBe(true);
    expect(matches({ employees: { first: ["Anna"], last: ["Jones"] } }, employees)).toBe(false);
  });

  test("also where arrays stand in arrays and beside each other", () => {
    const event = {
      a: [
        { b: [{ c: 1, d: 2 }], e: 5 },
        { b: [{ c: 3 }, { d: 4 }], e: 6 },
      ],
      f: [{ g: 7 }, { g: 8 }],
    };
    expect(matches({ a: { b: { c: [1], d: [2] }, e: [5] }, f: { g: [8] } }, event)).toBe(true);
    expect(matches({ a: { b: { c: [3], d: [4] }, e: [6] } }, event)).toBe(false);
    expect(matches({ a: { b: { c: [1] }, e: [6] } }, event)).toBe(false);
  });

  test("a field is absent when the element chosen for the fields before it lacks it", () => {
    const event = { a: [{ b: 1, c: 1 }, { b: 2 }] };
    expect(matches({ a: { b: [2], c: [{ exists: false }] } }, event)).toBe(true);
    expect(matches({ a: { b: [1], c: [{ exists: false }] } }, event)).toBe(false);
    expect(matches({ a: { c: [{ exists: false }] } }, event)).toBe(false);
  });
});

describe("many patterns", () => {
  test("each value comes once, in the order of the entries", () => {
    const sources = [
      { b: [{ prefix: "x" }] },
      { $or: [{ a: [1] }, { b: ["x"] }] },
      { a: [2] },
      { a: [1, { exists: true }] },
    ];
    expect(matcherOf(sources).match({ a: 1, b: "x" })).toEqual([0, 1, 3]);
  });

  test("no patterns match nothing", () => {
    expect(matcherOf([]).match({ a: 1 })).toEqual([]);
  });

  test("rules that share a value of every field but one are told apart by that one", () => {
    const sources = Array.from({ length: 100 }, (_, i) => ({ name: ["Call"], detail: { id: [`id-${i}`] } }));
    expect(matcherOf(sources).match({ name: "Call", detail: { id: "id-42" } })).toEqual([42]);
    expect(matcherOf(sources).match({ name: "Other", detail: { id: "id-42" } })).toEqual([]);
  });

  test("rules that share a value of each field are told apart by all their fields", () => {
    const sources = Array.from({ length: 100 }, (_, i) => ({ name: [`n${i % 5}`], source: [`s${Math.floor(i / 5)}`] }));
    const matcher = matcherOf([...sources, { name: ["n3"] }, { name: ["n3"], other: [{ exists: false }] }]);
    expect(matcher.match({ name: "n3", source: "s7" })).toEqual([38, 100, 101]);
    expect(matcher.match({ name: ["n2", "n3", "n3"], source: "s0", other: 1 })).toEqual([2, 3, 100]);
    expect(matcher.match({ name: "n3" })).toEqual([100, 101]);
  });

  test("rules on as many different fields are found through the event, also in arrays and behind dots", () => {
    const sources: JsonObject[] = Array.from({ length: 100 }, (_, i) => ({
      detail: { [`f${i}`]: { x: [{ exists: true }] } },
    }));
    const matcher = matcherOf([...sources, { detail: { gone: [{ exists: false }] } }]);
    expect(
      matcher.match({ detail: { f7: { x: 1 }, "f8.x": [2], f9: [[{ x: [3] }, 4]], f10: 5, other: { x: 6 } } }),
    ).toEqual([7, 8, 9, 100]);
    expect(matcher.match({ "detail.f11": { x: 1 }, detail: { gone: 1 } })).toEqual([11]);
  });

  test("every kind of comparison is found among a thousand of its kind", () => {
    const kinds: readonly [(i: number) => Json, (i: number) => Json][] = [
      [(i) => ({ prefix: `p${i}-` }), (i) => `p${i}-x`],
      [(i) => ({ suffix: `-s${i}` }), (i) => `x-s${i}`],
      [(i) => ({ "equals-ignore-case": `É${i}` }), (i) => `é${i}`],
      [(i) => ({ prefix: { "equals-ignore-case": `q${i}-` } }), (i) => `Q${i}-x`],
      [(i) => ({ suffix: { "equals-ignore-case": `-t${i}` } }), (i) => `x-T${i}`],
      [(i) => ({ "equals-ignore-case": `ß${i}` }), (i) => `SS${i}`],
      [(i) => ({ wildcard: `*w${i}-*` }), (i) => `xw${i}-y`],
      [(i) => ({ cidr: `10.${i >> 8}.${i & 255}.0/24` }), (i) => `10.${i >> 8}.${i & 255}.9`],
      [(i) => ({ numeric: [">=", i, "<", i + 1] }), (i) => i + 0.5],
      [(i) => i * 1_000, (i) => i * 1_000],
    ];
    for (const [operand, value] of kinds) {
      const matcher = matcherOf(Array.from({ length: 1_000 }, (_, i) => ({ a: [operand(i)] })));
      for (const i of [0, 7, 999]) expect(matcher.match({ a: value(i) })).toEqual([i]);
    }
  });
});

describe("hostile names", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s is a field like any other", (key) => {
    const pattern: JsonObject = JSON.parse(`{"${key}":[{"exists":true}],"a":{"${key}":{"b":[1]}}}`);
    expect(matches(pattern, {})).toBe(false);
    expect(matches(pattern, JSON.parse(`{"${key}":1,"a":{"${key}":{"b":1}}}`))).toBe(true);
    expect(matches({ [`x.${key}`]: [{ exists: false }] }, { x: {} })).toBe(true);
  });
});

describe("hostile events", () => {
  const nest = (depth: number, [open, close]: readonly [string, string]): Json =>
    JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`);

  test("ten thousand levels are harmless, whatever they are made of", () => {
    const matcher = matcherOf([{ a: [1] }, { a: { a: { a: [1] } } }, { b: [{ exists: false }] }]);
    expect(matcher.match({ a: nest(10_000, ['{"a":', "}"]) })).toEqual([2]);
    expect(matcher.match({ a: nest(10_000, ["[", "]"]) })).toEqual([2]);
    expect(matcher.match({ a: nest(10_000, ['[{"a":', "}]"]) })).toEqual([2]);
    expect(matcher.match({ a: nest(ARRAY_NESTING_MAX - 1, ["[", "]"]) })).toEqual([0, 2]);
  });

  test("huge arrays cost their length, also where two fields must share an element", () => {
    const count = 100_000;
    const event = {
      a: Array.from({ length: count }, (_, i) => ({ x: i, y: count - i })),
      b: Array.from({ length: count }, (_, i) => ({ z: i })),
    };
    const matcher = matcherOf([
      { a: { x: [{ exists: true }], y: [-1] }, b: { z: [{ exists: true }] } },
      { a: { x: [7], y: [count - 7] }, b: { z: [3] } },
      { a: { x: [{ exists: true }], y: [{ exists: true }] }, b: { z: [-1, { exists: false }] } },
    ]);
    expect(matcher.match(event)).toEqual([1]);
  });

  test("a deep nest of arrays under as many fields as a pattern may have stays within the stack", () => {
    const names = Array.from({ length: 200 }, (_, i) => `f${i}`);
    const element: JsonObject = Object.fromEntries(names.map((name) => [name, 1]));
    let nested: Json = element;
    for (let i = 0; i < ARRAY_NESTING_MAX; i++) nested = [nested];
    const pattern = { a: Object.fromEntries(names.map((name, i) => [name, i === 199 ? [2] : [1]])) };
    expect(matches(pattern, { a: nested })).toBe(false);
  });
});
