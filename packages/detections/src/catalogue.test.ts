import { PATTERN_LIMITS, parsePattern } from "@ephor/events/pattern/index";
import { describe, expect, test } from "vitest";
import { detections } from "./catalogue.ts";

test("ids are unique and in order", () => {
  const ids = detections.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
});

describe.each(detections.map((detection) => [detection.id, detection] as const))("%s", (id, detection) => {
  test("is named for its service and what happened", () => {
    expect(id).toMatch(/^[a-z0-9][a-z0-9-]*\.[a-z0-9]+(?:-[a-z0-9]+)*$/);
    expect(id.length).toBeLessThanOrEqual(80);
  });

  test("has cases of every kind", () => {
    const kinds = new Set(detection.cases.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(["hit", "malformed", "miss"]);
    const names = detection.cases.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test("has patterns that EventBridge takes", () => {
    expect(detection.patterns.length).toBeGreaterThan(0);
    for (const pattern of detection.patterns) {
      expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(PATTERN_LIMITS.eventBridgeCharacters);
      expect(parsePattern(pattern, { charactersMax: PATTERN_LIMITS.eventBridgeCharacters })).toMatchObject({
        ok: true,
      });
    }
  });

  test("never matches on the source of a CloudTrail event, which differs by the way it came", () => {
    for (const pattern of detection.patterns) {
      if (JSON.stringify(pattern).includes("eventSource")) expect(pattern).not.toHaveProperty("source");
    }
  });

  test("says why it matters, when it is wrong, and where to read on", () => {
    expect(detection.title).toMatch(/^[A-Z].*[^.]$/);
    expect(detection.description).toMatch(/\.$/);
    expect(detection.falsePositives).toMatch(/\.$/);
    expect(detection.references.length).toBeGreaterThan(0);
    for (const reference of detection.references) expect(new URL(reference).protocol).toBe("https:");
  });

  test("names MITRE techniques and controls as their catalogues write them", () => {
    for (const technique of detection.mitre) expect(technique).toMatch(/^T\d{4}(?:\.\d{3})?$/);
    for (const [standard, controls] of Object.entries(detection.controls)) {
      for (const control of controls ?? []) expect(`${standard} ${control}`).toMatch(CONTROL);
    }
  });
});

const CONTROL = new RegExp(
  [
    "cis \\d\\.\\d{1,2}(?:\\.\\d)?",
    "fsbp [A-Za-z0-9]+\\.\\d+",
    "soc2 (?:CC|A|C|PI|P)\\d\\.\\d",
    "iso27001 A\\.\\d\\.\\d{1,2}",
    "pci \\d{1,2}\\.\\d{1,2}\\.\\d{1,2}",
    "hipaa 164\\.\\d{3}(?:\\([a-zA-Z0-9]+\\))+",
    "nist [A-Z]{2}-\\d{1,2}",
    "gdpr \\d{1,2}(?:\\([0-9a-z]\\))*",
  ]
    .map((form) => `^${form}$`)
    .join("|"),
);
