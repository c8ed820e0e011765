import { describe, expect, test } from "vitest";
import { hit, malformed, miss } from "./cases/case.ts";
import { apiCall, withDetail } from "./cases/cloudtrail-event.ts";
import { detections } from "./catalogue.ts";
import { loggingStopped } from "./cloudtrail/logging-stopped.ts";
import type { Case } from "./define-detection.ts";
import { runCases } from "./test-cases.ts";

describe("every detection does what its cases say", () => {
  for (const one of runCases(detections).cases) {
    test(`${one.detection}: ${one.kind}: ${one.name}`, () => expect(one.message).toBeUndefined());
  }
});

describe("a case that does not hold is told", () => {
  const stopped = apiCall({ service: "cloudtrail", name: "StopLogging", request: { name: "main" } });
  const started = apiCall({ service: "cloudtrail", name: "StartLogging", request: { name: "main" } });
  const unreadable = withDetail(stopped, { eventID: 7 });
  const run = (one: Case, more: Partial<typeof loggingStopped> = {}) =>
    runCases([{ ...loggingStopped, ...more, cases: [one] }]);
  const broken = {
    when: () => {
      throw new Error("out of order");
    },
  };

  test.each<[string, Case, string]>([
    ["a hit without a finding", hit("a", started), "expected a finding, got none"],
    ["a hit of another title", hit("a", stopped, { title: "other" }), "expected title other, got Trail main stopped"],
    ["a hit of another title's form", hit("a", stopped, { title: /deleted/ }), "expected title /deleted/, got Trail"],
    ["a hit of another actor", hit("a", stopped, { actor: null }), "expected actor null, got alice"],
    [
      "a hit of another remediation",
      hit("a", stopped, { remediation: "x.y" }),
      "expected remediation x.y, got cloudtrail",
    ],
    ["a hit that cannot be read", hit("a", unreadable), "the event cannot be read"],
    ["a miss with a finding", miss("a", stopped), 'expected no finding, got "Trail main stopped logging, by alice"'],
    ["a malformed event with a finding", malformed("a", stopped), "expected no finding"],
  ])("%s", (_, one, message) => {
    const { passed, failed, cases } = run(one);
    expect([passed, failed, cases[0]?.ok]).toEqual([0, 1, false]);
    expect(cases[0]?.message).toContain(message);
  });

  test("a detection that breaks on a malformed event", () => {
    expect(run(malformed("a", stopped), broken).cases[0]?.message).toBe("the detection broke: out of order");
  });

  test("a malformed event that is refused while it is read holds", () => {
    expect(run(malformed("a", unreadable))).toMatchObject({ passed: 1, failed: 0 });
  });
});
