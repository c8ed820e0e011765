import { hit } from "@ephor/detections/cases/case";
import { apiCall } from "@ephor/detections/cases/cloudtrail-event";
import { detections } from "@ephor/detections/catalogue";
import type { Detection } from "@ephor/detections/define-detection";
import { compileDetections } from "@ephor/detections/evaluate";
import { EVIDENCE_LIMITS } from "@ephor/detections/evidence";
import type { JsonObject } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { eventsOf } from "@ephor/events/parse-event";
import { remediation } from "@ephor/remediations/catalogue";
import { describe, expect, test } from "vitest";

const remedied = detections.filter((detection) => detection.remediation !== null);

/** What the remediation is asked to put right, by every case of the detection that is one for it. */
function targetsOf(detection: Detection): readonly RemediationTarget[] {
  const evaluate = compileDetections([detection]);
  const events = detection.cases.flatMap(({ kind, event }) => {
    const read = eventsOf(event);
    return kind === "hit" && read.ok ? read.value : [];
  });
  return events
    .flatMap((event) => evaluate(event).drafts)
    .filter((draft) => draft.remediation !== null)
    .map(({ account, region, resource, actor, evidence }) => ({
      ...{ account, region, partition: "aws", resource, actor, evidence },
    }));
}

test("some detections name a remediation", () => {
  expect(remedied.length).toBeGreaterThan(10);
});

/** Those whose events tell what stands there, so that a node without access to AWS can show a plan. */
const TOLD_BY_EVENT = [
  "cloudtrail.logging-stopped",
  "cloudtrail.trail-narrowed",
  "config.recorder-stopped",
  "guardduty.detector-disabled",
  "kms.key-deletion-scheduled",
  "lambda.function-url-without-sign-in",
  "s3.account-public-access-block-weakened",
  "s3.bucket-policy-made-public",
  "s3.public-access-block-weakened",
];

test.each(TOLD_BY_EVENT)("the event of %s alone gives a plan that puts it right", (id) => {
  const detection = remedied.find((each) => each.id === id);
  const named = remediation(detection?.remediation ?? "");
  if (detection === undefined || named === undefined) throw new Error(`${id} names no remediation`);
  const [target] = targetsOf(detection);
  const state = target && named.fromEvidence(target);
  if (target === undefined || state === undefined) throw new Error(`${id} tells no state`);
  expect(named.state.parse(state)).toEqual(state);
  const { calls, after } = named.change(state, target);
  expect(calls.length).toBeGreaterThan(0);
  expect(named.change(after, target).calls).toEqual([]);
});

test("a policy that was too long to be kept whole as evidence gives no plan, which would lose the rest", () => {
  const detection = remedied.find(({ id }) => id === "s3.bucket-policy-made-public");
  const named = remediation("s3.remove-public-statement");
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::reports/*" };
  const put = (Statement: readonly JsonObject[]) => {
    const bucketPolicy = { Version: "2012-10-17", Statement };
    const call = apiCall({ service: "s3", name: "PutBucketPolicy", request: { bucketName: "reports", bucketPolicy } });
    const [target] = detection === undefined ? [] : targetsOf({ ...detection, cases: [hit("put", call)] });
    return target && named?.fromEvidence(target);
  };
  expect(put([statement, statement])).toMatchObject({ policy: { Statement: [statement, statement] } });
  expect(put(Array(EVIDENCE_LIMITS.items + 1).fill(statement))).toBeUndefined();
  expect(put([{ ...statement, Resource: `arn:aws:s3:::${"x".repeat(EVIDENCE_LIMITS.text)}` }])).toBeUndefined();
});

describe.each(remedied.map((detection) => [detection.id, detection] as const))("%s", (_, detection) => {
  const named = remediation(detection.remediation ?? "");

  test("names a remediation that there is", () => {
    expect(named?.id).toBe(detection.remediation);
  });

  test("has findings about resources that the remediation takes", () => {
    const targets = targetsOf(detection);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(named?.check(target)).toEqual({ ok: true, value: undefined });
  });
});
