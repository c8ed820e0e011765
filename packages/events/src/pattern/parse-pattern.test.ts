import { describe, expect, test } from "vitest";
import { parsePattern } from "./parse-pattern.ts";
import { PATTERN_LIMITS } from "./pattern.ts";

function refusal(pattern: unknown): readonly [path: string | undefined, message: string] {
  const parsed = parsePattern(pattern);
  return parsed.ok ? [undefined, "accepted"] : [parsed.error.path, parsed.error.message];
}

const field = (operand: unknown): unknown => ({ detail: { state: [operand] } });

describe("a refused pattern names the place and what was expected", () => {
  test.each([
    ["not an object", [], "", /JSON object, got array/],
    ["no fields", {}, "", /at least one field/],
    ["an empty object inside", { detail: {} }, "/detail", /at least one field/],
    ["a bare value", { source: "aws.ec2" }, "/source", /object of fields or an array/],
    ["an empty list", { source: [] }, "/source", /empty arrays/],
    ["a list in a list", { source: [["x"]] }, "/source/0", /got an array/],
    ["an object without operator", field({}), "/detail/state/0", /an operator/],
    [
      "an unknown operator",
      field({ EXISTS: true }),
      "/detail/state/0/EXISTS",
      /unknown operator "EXISTS": expected one of/,
    ],
    ["two operators", field({ prefix: "a", suffix: "b" }), "/detail/state/0", /one operator an object, got 2/],
    ["prefix of a number", field({ prefix: 1 }), "/detail/state/0/prefix", /string or/],
    [
      "prefix with another operator",
      field({ prefix: { suffix: "a" } }),
      "/detail/state/0/prefix",
      /equals-ignore-case/,
    ],
    [
      "caseless prefix of a number",
      field({ prefix: { "equals-ignore-case": 1 } }),
      "/detail/state/0/prefix/equals-ignore-case",
      /a string/,
    ],
    ["wildcard of a list", field({ wildcard: ["a"] }), "/detail/state/0/wildcard", /a string, got array/],
    ["two wildcards in a row", field({ wildcard: "a**" }), "/detail/state/0/wildcard", /"\*\*" at position 1/],
    ["an unknown escape", field({ wildcard: "a\\b" }), "/detail/state/0/wildcard", /backslash escapes nothing else/],
    ["a backslash at the end", field({ wildcard: "a\\" }), "/detail/state/0/wildcard", /at position 1/],
    ["a wildcard that is too complex", field({ wildcard: "*a*a*a*a*a*a" }), "", /too complex/],
    ["cidr of a number", field({ cidr: 1 }), "/detail/state/0/cidr", /a string such as/],
    ["cidr without bits", field({ cidr: "10.0.0.0" }), "/detail/state/0/cidr", /one "\/"/],
    ["cidr of one address", field({ cidr: "10.0.0.0/32" }), "/detail/state/0/cidr", /at most 31 bits, got 32/],
    ["cidr of no address", field({ cidr: "ten/8" }), "/detail/state/0/cidr", /IPv4 or IPv6 address/],
    ["cidr with strange bits", field({ cidr: "10.0.0.0/+8" }), "/detail/state/0/cidr", /whole number/],
    ["exists of a text", field({ exists: "yes" }), "/detail/state/0/exists", /true or false/],
    ["exists of null", field({ exists: null }), "/detail/state/0/exists", /true or false/],
    ["numeric of a number", field({ numeric: 1 }), "/detail/state/0/numeric", /a list such as/],
    [
      "numeric with five elements",
      field({ numeric: [">", 1, "<", 2, 3] }),
      "/detail/state/0/numeric",
      /got 5 elements/,
    ],
    ["numeric with another sign", field({ numeric: ["!=", 1] }), "/detail/state/0/numeric/0", /one of = < <= > >=/],
    ["numeric without a number", field({ numeric: ["="] }), "/detail/state/0/numeric/1", /a number after =/],
    [
      "numeric beyond the bound",
      field({ numeric: ["=", 6e9] }),
      "/detail/state/0/numeric/1",
      /between -5000000000 and 5000000000/,
    ],
    ["numeric from above", field({ numeric: ["<", 5, ">", 1] }), "/detail/state/0/numeric", /a lower bound/],
    ["numeric of nothing", field({ numeric: [">", 5, "<", 5] }), "/detail/state/0/numeric", /5 to be less than 5/],
    ["numeric with half a bound", field({ numeric: [">", 0, "<"] }), "/detail/state/0/numeric/3", /a number after </],
    ["anything-but nothing", field({ "anything-but": [] }), "/detail/state/0/anything-but", /at least one value/],
    ["anything-but null", field({ "anything-but": null }), "/detail/state/0/anything-but", /a string, a number/],
    [
      "anything-but mixed",
      field({ "anything-but": [1, "a"] }),
      "/detail/state/0/anything-but/1",
      /only strings or only numbers/,
    ],
    [
      "anything-but another operator",
      field({ "anything-but": { cidr: "10.0.0.0/8" } }),
      "/detail/state/0/anything-but",
      /one of prefix, suffix/,
    ],
    [
      "anything-but an empty prefix",
      field({ "anything-but": { prefix: "" } }),
      "/detail/state/0/anything-but/prefix",
      /not empty/,
    ],
    [
      "anything-but no prefix",
      field({ "anything-but": { prefix: [] } }),
      "/detail/state/0/anything-but/prefix",
      /at least one string/,
    ],
    [
      "anything-but a bad suffix",
      field({ "anything-but": { suffix: ["a", 1] } }),
      "/detail/state/0/anything-but/suffix/1",
      /list of strings, got number/,
    ],
    [
      "anything-but a bad wildcard",
      field({ "anything-but": { wildcard: "**" } }),
      "/detail/state/0/anything-but/wildcard",
      /in a row/,
    ],
    ["$or of one", { $or: [{ a: [1] }] }, "/$or", /at least two objects/],
    ["$or of an object", { $or: { a: 1 } }, "/$or", /an array of objects, got object/],
    ["$or of a number", { $or: [{ a: [1] }, 1] }, "/$or/1", /an object, got number/],
    [
      "$or with an operator as field",
      { $or: [{ a: [1] }, { numeric: [1] }], b: [] },
      "/$or/1/numeric",
      /names an operator/,
    ],
    ["a key that needs escaping", { "a/b~c": 1 }, "/a~1b~0c", /object of fields/],
    ["what JSON cannot say", { a: [() => 1] }, "/a/0", /expected JSON, got function/],
    ["no number", { a: [Number.NaN] }, "/a/0", /got NaN/],
  ])("%s", (_, pattern, path, message) => {
    expect(refusal(pattern)).toEqual([path, expect.stringMatching(message)]);
  });
});

describe("pattern text is strict JSON", () => {
  test.each([
    ["", 1, 1, "a JSON value"],
    ['{"a":[1]} x', 1, 11, "nothing after the pattern"],
    ['{"a":[1],}', 1, 10, "a key in double quotes"],
    ['{"a"\n [1]}', 2, 2, '":" after a key'],
    ['{"a":[1}', 1, 8, '"," or "]"'],
    ['{"a":[1]', 1, 9, '"," or "}"'],
    ['{"a":[tru]}', 1, 7, "a JSON value"],
    ['{"a":["x]}', 1, 7, "a string that ends"],
    ['{"a":["\\x"]}', 1, 7, "known escapes"],
    ['{"a":["\t"]}', 1, 8, "control characters"],
    ["{'a':[1]}", 1, 2, "a key in double quotes"],
    ['{"a":[01]}', 1, 8, '"," or "]"'],
    ['{"a":]}', 1, 6, "a JSON value"],
  ])("%j", (text, line, column, expected) => {
    expect(refusal(text)).toEqual([
      "",
      expect.stringContaining(`line ${line}, column ${column}: expected ${expected}`),
    ]);
  });

  test("escapes, white space and every kind of value are read", () => {
    const text = ' {\r\n\t"\\u0061" : [ "\\"\\\\", -1.5e2, true, false, null ] , "b":{"c":[{"exists":true}]}} ';
    expect(parsePattern(text)).toEqual(
      parsePattern({ a: ['"\\', -150, true, false, null], b: { c: [{ exists: true }] } }),
    );
  });

  test("numbers that a double does not hold exactly are compared by no operator", () => {
    expect(refusal('{"a":[{"numeric":["=",1.00000000000000000001]}]}')).toEqual([
      "/a/0/numeric/1",
      expect.stringContaining("15 digits"),
    ]);
    expect(refusal('{"a":[{"anything-but":1e400}]}')).toEqual([
      "/a/0/anything-but",
      expect.stringContaining("15 digits"),
    ]);
    expect(parsePattern('{"a":[{"numeric":["=",3.0e2]},1e400]}').ok).toBe(true);
  });
});

describe("alternatives", () => {
  const paths = (pattern: unknown): readonly (readonly string[])[] => {
    const parsed = parsePattern(pattern);
    return parsed.ok ? parsed.value.alternatives.map((alternative) => [...alternative.keys()]) : [];
  };

  test("each $or multiplies them, with the fields before and after it in each", () => {
    const pattern = { a: [1], $or: [{ b: [1] }, { c: { d: [1] } }], e: { $or: [{ f: [1] }, { g: [1] }] } };
    expect(paths(pattern)).toEqual([
      ["a", "b", "e.f"],
      ["a", "c.d", "e.f"],
      ["a", "b", "e.g"],
      ["a", "c.d", "e.g"],
    ]);
  });

  test("the last of repeated fields holds, however it is spelled", () => {
    const last = parsePattern({ a: { b: [2] } });
    expect(parsePattern('{"a":{"b":[1]},"a":{"b":[2]}}')).toEqual(last);
    expect(parsePattern('{"a.b":[1],"a":{"b":[2]}}')).toEqual(last);
  });

  test("repeated objects are read together", () => {
    expect(paths('{"detail":{"a":[1]},"detail":{"b":[2]}}')).toEqual([["detail.a", "detail.b"]]);
  });

  test("$or is a field name where it cannot be the operator, and then everywhere in the pattern", () => {
    expect(paths({ $or: { a: [1] } })).toEqual([["$or.a"]]);
    expect(paths({ $or: [{ prefix: "a" }, { prefix: "b" }] })).toEqual([["$or"]]);
    expect(refusal({ $or: [{ a: [1] }, { b: [1] }], c: { $or: { d: [1] } } })[0]).toBe("/c/$or");
  });
});

describe("bounds", () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}[1]${"}".repeat(depth)}`;

  test("more characters than asked for are refused, as text and as a value", () => {
    const pattern = { source: ["x".repeat(PATTERN_LIMITS.eventBridgeCharacters)] };
    const options = { charactersMax: PATTERN_LIMITS.eventBridgeCharacters };
    expect(parsePattern(pattern).ok).toBe(true);
    expect(parsePattern(pattern, options)).toMatchObject({ ok: false, error: { message: "the pattern is too large" } });
    expect(parsePattern(JSON.stringify(pattern), options)).toMatchObject({ ok: false });
  });

  test("nesting without end is refused", () => {
    const cycle: Record<string, unknown> = {};
    cycle["a"] = cycle;
    expect(refusal(cycle)[1]).toContain("1000 levels");
    expect(refusal(nested(PATTERN_LIMITS.depth + 1))[1]).toContain("1000 levels");
    expect(refusal("[".repeat(60_000))[1]).toContain("1000 levels");
  });

  test("a path has a bounded number of steps", () => {
    expect(parsePattern(nested(PATTERN_LIMITS.steps)).ok).toBe(true);
    expect(refusal(nested(PATTERN_LIMITS.steps + 1))[1]).toContain("128 steps");
  });

  test("$or gives at most a thousand combinations", () => {
    const or = (key: string, count: number) => ({
      [key]: { $or: Array.from({ length: count }, (_, i) => ({ [`f${i}`]: [1] })) },
    });
    expect(parsePattern({ ...or("a", 10), ...or("b", 10), ...or("c", 10) }).ok).toBe(true);
    expect(refusal({ ...or("a", 10), ...or("b", 10), ...or("c", 11) })).toEqual([
      "/c/$or",
      expect.stringContaining("1000 combinations"),
    ]);
  });

  test("an alternative has at most 256 fields", () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, [1]]));
    expect(parsePattern(fields(PATTERN_LIMITS.fields)).ok).toBe(true);
    expect(refusal(fields(PATTERN_LIMITS.fields + 1))[1]).toContain("256 fields");
  });

  test("untrusted names are shown shortened", () => {
    expect(refusal(field({ ["x".repeat(500)]: 1 }))[1].length).toBeLessThan(300);
  });
});
