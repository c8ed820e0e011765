import { detections } from "@ephor/detections/catalogue";
import { compileDetections } from "@ephor/detections/evaluate";
import { eventsOf } from "@ephor/events/parse-event";
import { remediation } from "@ephor/remediations/catalogue";
import { describe, expect, test } from "vitest";

const remedied = detections.filter((detection) => detection.remediation !== null);

test("some detections name a remediation", () => {
  expect(remedied.length).toBeGreaterThan(10);
});

describe.each(remedied.map((detection) => [detection.id, detection] as const))("%s", (_, detection) => {
  const named = remediation(detection.remediation ?? "");

  test("names a remediation that there is", () => {
    expect(named?.id).toBe(detection.remediation);
  });

  test("has findings about resources that the remediation takes", () => {
    const evaluate = compileDetections([detection]);
    const drafts = detection.cases
      .filter(({ kind }) => kind === "hit")
      .flatMap(({ event }) => {
        const events = eventsOf(event);
        return events.ok ? events.value.flatMap((each) => evaluate(each).drafts) : [];
      })
      .filter((draft) => draft.remediation !== null);
    expect(drafts.length).toBeGreaterThan(0);
    for (const { account, region, resource, actor, evidence } of drafts) {
      const target = { account, region, partition: "aws", resource, actor, evidence };
      expect(named?.check(target)).toEqual({ ok: true, value: undefined });
    }
  });
});
