import type { Json } from "@ephor/domain/json";
import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, test } from "vitest";
import { toPlainJson } from "./plain-json.ts";
import { plainPathOf, readPlainPath } from "./plain-path.ts";

const stepsOf = (source: string) => plainPathOf(jsonata(source).ast());

describe("a plain path", () => {
  test.each([
    ["$states.input.event", ["states", "input", "event"]],
    ["$event", ["event"]],
    ["$states.result.`a b`", ["states", "result", "a b"]],
  ])("%s is read as its steps", (source, steps) => {
    expect(stepsOf(source)).toEqual(steps);
  });

  test.each([
    ...["$a.b[0]", "$a.b[]", "$a.(b)", "$a.b^(c)", "$a.*", "$a.**", "$a.b@$x.c", "$a#$i.b", "$a.b{c: d}", "a.b", "1"],
    ...["$a.$string(b)", "$f()", "$a & $b", "$a.b.%", "$a.'b'", "[$a.b]", "$a := 1", "function($x) { $x }", "$a ~> $f"],
  ])("%s is none, or is left to JSONata where it reads the same", async (source) => {
    const steps = stepsOf(source);
    const variables = { a: { b: 1, c: { b: 2 } } };
    const read = steps && readPlainPath(steps, variables);
    if (read !== undefined) expect(read.value).toEqual(await jsonata(source).evaluate(undefined, variables));
  });

  const name = fc.constantFrom("a", "b", "c", "toString", "__proto__", "length");
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<Json>(null, 0, -0, 1, "", "x", true, [], {}),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(name, tie("tree"), { maxKeys: 3 }),
    ),
  }));

  test("is read as JSONata reads it, whatever stands there", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, tree),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        async (variables, steps) => {
          const source = `$${steps.map((step) => `\`${step}\``).join(".")}`.replace(/^\$`(\w+)`/, "$$$1");
          const read = readPlainPath(stepsOf(source) ?? ["none"], variables);
          if (read === undefined) return;
          const expected = await jsonata(source).evaluate(undefined, variables);
          expect(toPlainJson(read.value)).toEqual(toPlainJson(expected));
        },
      ),
    );
  });
});

test("plain JSON is given as it is, and what is not becomes plain", async () => {
  const plain = { a: [1, { b: null }], c: "x" };
  expect(toPlainJson(plain)).toBe(plain);
  const marked = await jsonata("$a.b").evaluate(undefined, { a: [{ b: 1 }, { b: 2 }] });
  expect(toPlainJson({ marked, zero: -0, gone: undefined })).toStrictEqual({ marked: [1, 2], zero: 0 });
  expect(() => toPlainJson({ a: [{ b: Number.NaN }] })).toThrow(/out of range/);
  const f = await jsonata("{'f': function($x) { $x }}").evaluate({});
  expect(() => toPlainJson(f)).toThrow(/function/);
});
