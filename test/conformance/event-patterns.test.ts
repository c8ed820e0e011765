import { existsSync, readFileSync } from "node:fs";
import { testPattern } from "@ephor/events/pattern/index";
import { describe, expect, test } from "vitest";

/** Patterns and events with the answer that EventBridge gave, one case a line; not part of the project. */
const RECORDED = new URL("../../../shared/data/eventpatterns/aws-validated.jsonl", import.meta.url);

type Recorded = {
  readonly name: string;
  readonly expected: "match" | "no_match" | "exception";
  readonly pattern_json: string;
  readonly event_json: string;
};

function isRecorded(value: unknown): value is Recorded {
  return typeof value === "object" && value !== null && "pattern_json" in value && "event_json" in value;
}

function recordedCases(): readonly Recorded[] {
  const lines = readFileSync(RECORDED, "utf8").trim().split("\n");
  return lines.map((line): unknown => JSON.parse(line)).filter(isRecorded);
}

function answer({ pattern_json, event_json }: Recorded): Recorded["expected"] {
  const result = testPattern(pattern_json, event_json);
  if ("error" in result) return "exception";
  return "match" in result && result.match ? "match" : "no_match";
}

describe.skipIf(!existsSync(RECORDED))(
  "answers recorded from EventBridge (skipped without ../shared/data/eventpatterns)",
  () => {
    const cases = existsSync(RECORDED) ? recordedCases() : [];

    test("the recording is complete: 76 matches, 55 non-matches, 45 errors", () => {
      const counts = Object.groupBy(cases, ({ expected }) => expected);
      expect([counts.match?.length, counts.no_match?.length, counts.exception?.length]).toEqual([76, 55, 45]);
    });

    test.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", (_, recorded) => {
      expect(answer(recorded)).toBe(recorded.expected);
    });

    test("a refused pattern says where and what was expected", () => {
      const refused = cases.map(({ pattern_json }) => testPattern(pattern_json)).filter((result) => "error" in result);
      expect(refused.length).toBeGreaterThan(30);
      for (const { error } of refused)
        expect([error.code, error.message]).toEqual(["pattern.invalid", expect.stringMatching(/\S/)]);
    });
  },
);
