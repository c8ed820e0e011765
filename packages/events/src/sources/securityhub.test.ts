import type { JsonObject } from "@ephor/domain/json";
import { expect, test } from "vitest";
import { serviceFindingOf } from "./index.ts";
import { ASFF, eventFrom, OCSF, outcome, SENT } from "./testing.ts";

test("each of several findings is an event of its own, which holds that finding only", () => {
  const others = [ASFF, { ...ASFF, Id: "second" }, { ...ASFF, UpdatedAt: "2026-02-02T00:00:00Z" }];
  const events = outcome({
    source: "aws.securityhub",
    type: "Security Hub Findings - Custom Action",
    detail: { actionName: "a", findings: others },
  });
  expect(events.ok && events.value.map(({ identity }) => identity)).toEqual([
    "f@2026-01-02T03:04:05.678Z",
    "second@2026-01-02T03:04:05.678Z",
    "f@2026-02-02T00:00:00Z",
  ]);
  expect(events.ok && events.value[1]?.envelope.detail).toEqual({ actionName: "a", findings: [others[1]] });
});

test("a change of an OCSF finding is one change, however its time is written", () => {
  const identityOf = (info: JsonObject, more: JsonObject = {}) =>
    eventFrom({
      ...SENT["securityhub-v2"],
      source: "aws.securityhub",
      type: "Findings Imported V2",
      detail: { findings: [{ ...OCSF, ...more, finding_info: { uid: "f", ...info } }] },
    }).identity;
  expect(identityOf({ modified_time_dt: "2026-01-02T03:04:05.678Z" })).toBe("f@2026-01-02T03:04:05.678Z");
  expect(identityOf({ modified_time: 1_767_323_045_678 })).toBe("f@2026-01-02T03:04:05.678Z");
  expect(identityOf({}, { time: 1_767_323_045_678 })).toBe("f@2026-01-02T03:04:05.678Z");
});

test.each([
  ["no finding", { findings: [] }, "/detail/findings"],
  ["no list", { findings: "many" }, "/detail/findings"],
  ["a finding that is none", { findings: [5] }, "/detail/findings/0"],
  ["a finding without id", { findings: [ASFF, { UpdatedAt: "2026-01-02T03:04:05Z" }] }, "/detail/findings/1/Id"],
  ["a finding without time", { findings: [{ Id: "f", UpdatedAt: "now" }] }, "/detail/findings/0/UpdatedAt"],
])("Security Hub with %s is refused at its place", (_, detail, path) => {
  const sent = { source: "aws.securityhub", type: "Security Hub Findings - Imported", detail };
  expect(outcome(sent)).toMatchObject({ ok: false, error: { code: "event.malformed", path } });
});

test("Insight results are one event without a finding", () => {
  const event = eventFrom({
    source: "aws.securityhub",
    type: "Security Hub Insight Results",
    detail: { insightArn: "arn:i" },
  });
  expect([event.kind, event.identity, serviceFindingOf(event)]).toEqual(["securityhub", "envelope-id", undefined]);
});
