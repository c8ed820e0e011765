import { describe, expect, test } from "vitest";
import { testPattern } from "./test-pattern.ts";

const ENVELOPE = { id: "1", account: "1", source: "s", time: "t", region: "r", "detail-type": ["any type"] };

describe("pattern test", () => {
  test("answers for text and values alike", () => {
    expect(testPattern({ source: ["s"] }, ENVELOPE)).toEqual({ match: true });
    expect(testPattern('{"source":["x"]}', JSON.stringify(ENVELOPE))).toEqual({ match: false });
  });

  test("without an event only the pattern is validated", () => {
    expect(testPattern({ source: ["s"] })).toEqual({ valid: true });
    expect(testPattern({ source: "s" })).toMatchObject({ error: { code: "pattern.invalid", path: "/source" } });
  });

  const { region: _, ...withoutRegion } = ENVELOPE;
  const tooDeep = `${JSON.stringify(ENVELOPE).slice(0, -1)},"detail":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;

  test.each<[string, unknown, string]>([
    ["text that is no JSON", "plain string", ""],
    ["an array", ["x"], ""],
    ["a number as text", "1", ""],
    ["a missing field", withoutRegion, "/region"],
    ["too many levels", tooDeep, ""],
  ])("refuses %s as an event", (_name, event, path) => {
    expect(testPattern({ source: ["s"] }, event)).toMatchObject({ error: { code: "event.malformed", path } });
  });
});
