import type { Json } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { drawsFrom } from "../draws.ts";
import { type Evaluated, evaluate } from "../evaluate.ts";
import { readTemplate } from "../parse/read-template.ts";
import { makeReport } from "../parse/report.ts";
import { ADVANCE_VALUES } from "./compile-expression.ts";

/** Evaluates JSONata as a state's Output would, at one moment and with one seed. */
async function output(source: string, input: Json = {}, seed = "seed"): Promise<Evaluated> {
  const template = readTemplate(`{% ${source} %}`, { report: makeReport(), path: "", location: "Output" });
  const values = { milliseconds: Date.parse("2026-01-01T12:00:00.250Z"), draws: drawsFrom(seed) };
  return evaluate(template, {
    state: "S",
    enteredEventId: 2,
    bindings: { states: { input }, [ADVANCE_VALUES]: values },
  });
}
const value = async (source: string, input?: Json, seed?: string): Promise<Json> => {
  const evaluated = await output(source, input, seed);
  if (!evaluated.ok) throw new Error(evaluated.failure.cause);
  return evaluated.value;
};

describe("a function of Step Functions gives", () => {
  const table: readonly (readonly [source: string, expected: Json])[] = [
    ["$partition([1,2,3,4,5,6,7,8,9], 4)", [[1, 2, 3, 4], [5, 6, 7, 8], [9]]],
    ["$partition([1], 5)", [[1]]],
    ["$partition(7, 2)", [[7]]],
    ["$range(0, 10, 2)", [0, 2, 4, 6, 8, 10]],
    ["$range(3, 1, -1)", [3, 2, 1]],
    ["$range(1, 9, 9)", 1],
    ["$hash('abc', 'MD5')", "900150983cd24fb0d6963f7d28e17f72"],
    ["$hash('abc', 'SHA-1')", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["$hash('abc', 'SHA-256')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ["$length($hash('abc', 'SHA-384')) + $length($hash('abc', 'SHA-512'))", 96 + 128],
    ["$parse('{\"a\": [1, null]}')", { a: [1, null] }],
    ["$parse('-0')", 0],
    ["$now()", "2026-01-01T12:00:00.250Z"],
    ["$now('[Y0001]/[M01]')", "2026/01"],
    ["$millis()", Date.parse("2026-01-01T12:00:00.250Z")],
    ["'a' in ['a', 'b'] ? 'yes' : 'no'", "yes"],
    ["$states.input.list.n", [1, 2]],
    ["$states.input.list[n = 1]", { n: 1 }],
    ["$states.input.list[n = 1][]", [{ n: 1 }]],
    ["{'kept': null, 'gone': $missing, 'list': [1, $missing]}", { kept: null, list: [1] }],
  ];

  test.each(table)("%s", async (source, expected) => {
    expect(await value(source, { list: [{ n: 1 }, { n: 2 }] })).toEqual(expected);
  });

  test("a version 4 UUID, a new one each time, the same from the same event", async () => {
    const [first, second] = (await value("[$uuid(), $uuid()]")) as [string, string];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
    expect(await value("$uuid()")).toBe(first);
    expect(await value("$uuid()", {}, "another")).not.toBe(first);
  });

  test("a random number of its event, or of its seed whatever the event", async () => {
    const drawn = await value("$random()");
    expect(drawn).toBeGreaterThanOrEqual(0);
    expect(drawn).toBeLessThan(1);
    expect(await value("$random()", {}, "another")).not.toBe(drawn);
    expect(await value("$random(7)", {}, "another")).toBe(await value("$random(7)"));
    expect(await value("$random(8)")).not.toBe(await value("$random(7)"));
  });
});

describe("an expression fails", () => {
  const table: readonly (readonly [what: string, source: string, told: RegExp])[] = [
    [
      "that gives nothing",
      "$states.input.missing",
      /'\$states.input.missing'.*'Output' returned nothing \(undefined\)/,
    ],
    ["over a field without $states", "list", /returned nothing/],
    ["over $", "$", /returned nothing/],
    ["of the wrong type", "1 + 'a'", /T2002/],
    ["that calls $eval", "$eval('1')", /\$eval is not available.*\$parse/],
    ["that calls what is not", "$nope()", /T1006/],
    ["that gives a function", "function($x) { $x }", /function/],
    ["that gives a function inside", "{'f': $sum}", /function/],
    ["that gives a regular expression", "/a/", /function/],
    ["that divides by zero", "1 / 0", /D1001|out of range/],
    ["that partitions by nothing", "$partition([1], 0)", /chunk size/],
    ["that ranges by nothing", "$range(0, 1, 0)", /other than 0/],
    ["that ranges too far", "$range(0, 1e9, 1)", /at most 250000/],
    ["that makes too long a list", "$count([1..1e6].[1..9])", /D201|too long|sequence/i],
    ["that hashes by an unknown algorithm", "$hash('a', 'CRC')", /knows MD5/],
    ["that parses what is not JSON", "$parse('{')", /not JSON/],
    ["that calls itself without end", "($f := function($n) { 1 + $f($n) }; $f(1))", /D1011|Stack overflow/i],
    ["that nests too deep", `$parse('${"[".repeat(200)}${"]".repeat(200)}')`, /deeper than 128/],
  ];

  test.each(table)("%s", async (_what, source, told) => {
    const evaluated = await output(source, { list: [] });
    expect(evaluated).toMatchObject({
      ok: false,
      failure: { error: "States.QueryEvaluationError", location: "Output" },
    });
    expect(evaluated.ok ? "" : evaluated.failure.cause).toMatch(told);
  });

  test("that loops without end, once its time is up", async () => {
    const evaluated = await output("($f := function($n) { $f($n + 1) }; $f(1))");
    expect(evaluated.ok ? "" : evaluated.failure.cause).toMatch(/D1012/);
  });
});

test("an expression changes nothing of what it is given", async () => {
  const freeze = (json: Json): Json => {
    if (typeof json === "object" && json !== null) Object.values(Object.freeze(json)).forEach(freeze);
    return json;
  };
  const input = freeze({ list: [{ n: 2 }, { n: 1 }], text: "a" });
  const sources = [
    "$sort($states.input.list, function($a, $b) { $a.n > $b.n }).n",
    "$append($states.input.list, 3)[]",
    "$states.input ~> |list|{'n': 9}|",
    "$reverse($states.input.list)[0][].n",
    "$merge([$states.input, {'text': 'b'}])",
    "$shuffle($states.input.list)",
  ];
  for (const source of sources) expect(await output(source, input)).toMatchObject({ ok: true });
});

test("a key named __proto__ stays a key", async () => {
  const parsed = await value("$parse($states.input)", '{"__proto__": {"x": 1}}');
  expect(JSON.stringify(parsed)).toBe('{"__proto__":{"x":1}}');
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
});
