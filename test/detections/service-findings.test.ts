import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { isSeverity } from "@ephor/domain/severity";
import { booleanAt, textAt } from "@ephor/events/sources/read";
import { describe, expect, test } from "vitest";
import { findingsIn, NOT_AT_HAND, recorded } from "./recorded-events.ts";

const envelopes = recorded("envelopes/envelopes.jsonl");
const more = recorded("envelopes/backup-config.jsonl");
const asff = recorded("findings/asff.jsonl");
const absent = envelopes === undefined || more === undefined || asff === undefined;

const rows = (lines: readonly unknown[] | undefined): readonly JsonObject[] => (lines ?? []).filter(isJsonObject);
/** Samples name accounts of the wrong length here and there; what is tested is not that. */
const withAccount = (event: JsonObject): JsonObject => ({ ...event, account: "111122223333" });
const eventsFrom = (source: string): readonly JsonObject[] =>
  rows([...(envelopes ?? []), ...(more ?? [])]).flatMap((row) =>
    row["source"] === source && isJsonObject(row["event"]) ? [withAccount(row["event"])] : [],
  );
const detectionsOf = (events: readonly JsonObject[]) =>
  events.map((event) => findingsIn(event).map((d) => d.detection));

describe.skipIf(absent)(`recorded findings of services${absent ? `, ${NOT_AT_HAND}` : ""}`, () => {
  test("every GuardDuty sample that is not archived is one finding of its own type, rated and with a resource", () => {
    const samples = eventsFrom("aws.guardduty");
    expect(samples.length).toBeGreaterThan(10);
    for (const sample of samples) {
      const drafts = findingsIn(sample);
      const isArchived = booleanAt(sample, "detail.Service.Archived") === true;
      const type = `guardduty.finding:${textAt(sample, "detail.Type")}`;
      expect(drafts.map((draft) => draft.detection)).toEqual(isArchived ? [] : [type]);
      for (const draft of drafts) {
        expect(isSeverity(draft.severity)).toBe(true);
        expect(draft.resource.id).toMatch(/./);
      }
    }
  });

  test("every ASFF finding that does not hold is a finding of its control; what passed is none", () => {
    for (const row of rows(asff)) {
      const drafts = isJsonObject(row["finding"]) ? findingsIn(row["finding"]) : [];
      expect(drafts).toHaveLength(row["compliance"] === "PASSED" ? 0 : 1);
      for (const draft of drafts) {
        expect(draft.detection).toMatch(/^securityhub\.finding:(?:[A-Za-z0-9]+\.)+\d+$/);
        expect(draft.severity).toBe(String(row["severity"]).toLowerCase());
      }
    }
  });

  test("alarms are findings while they are in ALARM, backup jobs when they failed, Config rules when they do not hold", () => {
    const changes = eventsFrom("aws.cloudwatch").filter(
      (event) => event["detail-type"] === "CloudWatch Alarm State Change",
    );
    for (const event of changes) {
      expect(findingsIn(event)).toHaveLength(textAt(event, "detail.state.value") === "ALARM" ? 1 : 0);
    }
    expect(detectionsOf(eventsFrom("aws.backup"))).toEqual([
      ["backup.job-failed:Backup Job"],
      [],
      ["backup.job-failed:Backup Job"],
    ]);
    expect(detectionsOf(eventsFrom("aws.config"))).toEqual([["config.rule-noncompliant:access-keys-rotated"]]);
  });

  test("what is no service's finding opens none", () => {
    const quiet = [
      "aws.autoscaling",
      "aws.ec2",
      "aws.ssm",
      "aws.codecommit",
      "aws.glue",
      "aws.states",
      "aws.trustedadvisor",
    ];
    for (const event of quiet.flatMap(eventsFrom)) expect(findingsIn(event)).toEqual([]);
  });
});
