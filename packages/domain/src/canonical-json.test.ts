import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CANONICAL_DEPTH_MAX, canonicalJson, isCanonicalJson } from "./canonical-json.ts";
import { EphorException } from "./error.ts";
import type { Json } from "./json.ts";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }) as fc.Arbitrary<Json>;

function refusal(value: unknown): { code: string; path: string | undefined } {
  try {
    canonicalJson(value as Json);
  } catch (cause) {
    if (cause instanceof EphorException) return { code: cause.error.code, path: cause.error.path };
    throw cause;
  }
  throw new Error("it was not refused");
}

test("the sample of RFC 8785 section 3.2.2 has its published form", () => {
  const value = JSON.parse(`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`);
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("names are ordered by UTF-16 code units, as in RFC 8785 section 3.2.3", () => {
  const value = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  const text = canonicalJson(value);
  const places = ["\\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"].map((name) =>
    text.indexOf(`"${name}":`),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBe(1);
});

test.each([
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
])("the number with the bits %s is written as RFC 8785 appendix B has it", (bits, text) => {
  expect(canonicalJson(Buffer.from(bits, "hex").readDoubleBE())).toBe(text);
});

test.each([
  ["NaN", { a: [1, Number.NaN] }, "/a/1"],
  ["an infinite number", { a: Number.POSITIVE_INFINITY }, "/a"],
  ["a lone surrogate in a value", ["\ud800"], "/0"],
  ["a lone surrogate in a name", { b: { "\udc00x": 1 } }, "/b/\udc00x"],
  ["undefined, which would silently fall out", { "a/b~": undefined }, "/a~1b~0"],
  ["a bigint", 1n, ""],
  ["an object that is not plain data", { at: new Date(0) }, "/at"],
])("%s is refused with its place", (_, value, path) => {
  expect(refusal(value)).toEqual({ code: "input.invalid", path });
});

test("a value that is too deep, or contains itself, is refused rather than followed", () => {
  const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
  expect(canonicalJson(nested(CANONICAL_DEPTH_MAX))).toHaveLength(2 * CANONICAL_DEPTH_MAX + 1);
  expect(refusal(nested(CANONICAL_DEPTH_MAX + 1)).code).toBe("input.invalid");
  const itself: unknown[] = [];
  itself.push(itself);
  expect(refusal(itself).code).toBe("input.invalid");
});

test.each([
  ['{"a":1,"b":[true,null,"x"]}', true],
  ['{"10":1,"9":2}', true],
  ['{"9":2,"10":1}', false],
  ['{"b":1,"a":2}', false],
  ['{"a":1,"a":1}', false],
  ['{"a": 1}', false],
  ['{"a":1.0}', false],
  ['{"a":-0}', false],
  ['{"a":1e999}', false],
  ['{"a":"\\u0041"}', false],
  ['{"a":"\\ud800"}', false],
  ['{"a":"\\\\ud800"}', true],
  ['{"__proto__":{"x":1}}', true],
  [`${"[".repeat(60_000)}${"]".repeat(60_000)}`, false],
])("%.40s is canonical: %s", (text, expected) => {
  expect(isCanonicalJson(text, JSON.parse(text))).toBe(expected);
});

test(`any value is written as the npm package canonicalize writes it (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyJson, (value) => canonicalJson(value) === canonicalize(value)),
    { seed },
  );
});

test(`the form does not depend on the order of names, and only itself is canonical (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(isCanonicalJson(text, JSON.parse(text))).toBe(true);
      const plain = JSON.stringify(value);
      expect(isCanonicalJson(plain, JSON.parse(plain))).toBe(plain === text);
    }),
    { seed },
  );
});
