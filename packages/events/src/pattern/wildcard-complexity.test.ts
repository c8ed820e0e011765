import { describe, expect, test } from "vitest";
import { parsePattern } from "./parse-pattern.ts";
import { complexityOf } from "./wildcard-complexity.ts";

describe("the complexity of wildcards is what event-ruler's evaluator gives", () => {
  test.each([
    [1, ""],
    [1, "abc"],
    [2, "a*"],
    [3, "*a*"],
    [4, "*aaa"],
    [4, "*ab*ab"],
    [8, "*a*a*a*a"],
    [9, "*:*:*:*:event-bus/*"],
    [7, "/Users/*/dir/dir/dir/dir/dir/doc.txt"],
    [2, "\\**"],
  ])("%i for %j", (complexity, expression) => {
    expect(complexityOf([[expression]])).toBe(complexity);
  });

  test("expressions of one field add up, those of one anything-but list share their beginning and end", () => {
    expect(complexityOf([["*/datasync/*.bif"], ["*/datasync/*.tif"]])).toBe(8);
    expect(complexityOf([["a*b"], ["a*c"]])).toBe(4);
    expect(complexityOf([["a*b", "a*c"]])).toBe(2);
  });
});

describe("a pattern is refused when the wildcards of one field are too complex together", () => {
  const accepts = (pattern: unknown): boolean => parsePattern(pattern).ok;
  const wild = (...expressions: string[]) => expressions.map((wildcard) => ({ wildcard }));

  test("within one list", () => {
    expect(accepts({ a: wild("*/x/*.bif", "*/x/*.tif") })).toBe(true);
    expect(accepts({ a: wild("*/x/*.bif", "*/x/*.tif", "*/x/*.svs") })).toBe(false);
  });

  test("across $or where the fields before are the same, not where they differ", () => {
    const or = (first: readonly unknown[]) => ({
      $or: [
        { a: [1], b: wild("*/x/*.bif", "*/x/*.tif") },
        { a: first, b: wild("*/x/*.svs") },
      ],
    });
    expect(accepts(or([1]))).toBe(false);
    expect(accepts(or([2]))).toBe(true);
  });
});
