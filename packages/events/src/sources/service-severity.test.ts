import type { JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { serviceFindingOf } from "./index.ts";
import { severityNamed } from "./service-finding.ts";
import { ASFF, eventFrom, findingOf, OCSF } from "./testing.ts";

const asff = (more: JsonObject) => findingOf("securityhub", { findings: [{ ...ASFF, ...more }] });
const ocsf = (more: JsonObject) => findingOf("securityhub-v2", { findings: [{ ...OCSF, ...more }] });

describe("severity", () => {
  test("of GuardDuty is that of its documented ranges", () => {
    const levels = [10, 9, 8.9, 7, 6.9, 4, 3.9, 1, 0.5].map(
      (severity) => findingOf("guardduty", { severity })?.severity,
    );
    const expected = ["critical", "critical", "high", "high", "medium", "medium", "low", "low", "informational"];
    expect(levels).toEqual(expected);
    expect(findingOf("guardduty", { severity: "high" })?.severity).toBe("medium");
  });

  test("of ASFF is its label, else its normalized number", () => {
    const of = (Severity: JsonObject) => asff({ Severity })?.severity;
    expect([0, 1, 39, 40, 69, 70, 89, 90, 100].map((Normalized) => of({ Normalized }))).toEqual([
      "informational",
      "low",
      "low",
      "medium",
      "medium",
      "high",
      "high",
      "critical",
      "critical",
    ]);
    expect([of({ Label: "LOW", Normalized: 90 }), of({}), of({ Normalized: 900 })]).toEqual([
      "low",
      "medium",
      "medium",
    ]);
  });

  test("of OCSF is its id, fatal being critical and unknown medium", () => {
    const ids = [1, 2, 3, 4, 5, 6, 0, 99].map((severity_id) => ocsf({ severity_id })?.severity);
    expect(ids).toEqual(["informational", "low", "medium", "high", "critical", "critical", "medium", "medium"]);
  });

  test("of words is known in any case", () => {
    expect([
      severityNamed("High"),
      severityNamed("INFO"),
      severityNamed("UNTRIAGED"),
      severityNamed(undefined),
    ]).toEqual(["high", "informational", undefined, undefined]);
  });

  test("of AWS Health is high for exposed credentials and abuse, low for what is unknown", () => {
    const quiet = { eventTypeCategory: "accountNotification" };
    expect(findingOf("health", quiet)?.severity).toBe("low");
    expect(findingOf("health", { ...quiet, eventTypeCode: "AWS_RISK_CREDENTIALS_EXPOSED" })?.severity).toBe("high");
    expect(findingOf("health", { ...quiet, service: "ABUSE" })?.severity).toBe("high");
    expect(findingOf("health", { eventTypeCategory: null })?.severity).toBe("low");
  });

  test("of unused access is low, of access that is not public medium", () => {
    expect(findingOf("access-analyzer", { isPublic: false })?.severity).toBe("medium");
    const sent = { source: "aws.access-analyzer", type: "Unused Access Finding for IAM entities" };
    const detail = {
      id: "a",
      status: "ACTIVE",
      resource: "arn:aws:iam::123456789012:role/r",
      findingType: "UnusedIAMRole",
    };
    expect(serviceFindingOf(eventFrom({ ...sent, detail }))).toMatchObject({ severity: "low", type: "UnusedIAMRole" });
  });
});
