import { describe, expect, test } from "vitest";
import { markerOf } from "./pattern.ts";
import { isText, PATTERNS } from "./patterns.ts";
import { redactText } from "./redact-text.ts";

const HIPAA = { hipaa: true };

describe.each(PATTERNS.map((pattern) => [pattern.id, pattern] as const))("%s", (id, pattern) => {
  test("its hit is replaced and names it", () => {
    expect(redactText(pattern.hit, HIPAA)).toContain(markerOf(id));
  });
  test("its near miss survives", () => {
    expect(redactText(pattern.miss, HIPAA)).toBe(pattern.miss);
  });
  test("its hit is found amid other text, once and for all", () => {
    const amid = `at 2026-11-21T07:12:59.123Z ${pattern.hit}\nnext line`;
    const redacted = redactText(amid, HIPAA);
    expect(redacted).toContain(markerOf(id));
    expect(redacted).toContain("next line");
    expect(redactText(redacted, HIPAA)).toBe(redacted);
  });
});

test("there are at least fifty named patterns, each with a name of its own", () => {
  expect(PATTERNS.length).toBeGreaterThanOrEqual(50);
  expect(new Set(PATTERNS.map((pattern) => pattern.id)).size).toBe(PATTERNS.length);
});

test("a pattern's trigger lets its own hit through", () => {
  for (const pattern of PATTERNS.filter(isText)) {
    expect(new RegExp(pattern.trigger, "u").test(pattern.hit.toLowerCase()), pattern.id).toBe(true);
  }
});
