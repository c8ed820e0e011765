import type { Event } from "@ephor/events/envelope";
import { eventsOf } from "@ephor/events/parse-event";
import { describe, expect, test } from "vitest";
import { alice, apiCall } from "./cases/cloudtrail-event.ts";
import { type DetectionInput, defineDetection, type Told } from "./define-detection.ts";
import { compileDetections } from "./evaluate.ts";

function eventOf(): Event {
  const events = eventsOf(apiCall({ service: "s3", name: "PutBucketPolicy", by: alice }));
  if (!events.ok || events.value[0] === undefined) throw new Error("the test's own event cannot be read");
  return events.value[0];
}
const event = eventOf();

const told: Told = { resource: { type: "AWS::S3::Bucket", id: "reports" }, title: "told", actor: null, evidence: {} };
const detection = (id: string, more: Partial<DetectionInput> = {}) =>
  defineDetection({
    ...{
      id,
      title: "A",
      description: "B.",
      severity: "low",
      mitre: ["T1530"],
      controls: { cis: ["2.1.4"], fsbp: ["S3.2"] },
    },
    ...{ falsePositives: "C.", references: [], cases: [], finding: () => told },
    pattern: { detail: { eventName: ["PutBucketPolicy"] } },
    ...more,
  });

describe("compileDetections", () => {
  test("a draft carries what the detection, the event and the finding say", () => {
    const { drafts, failed } = compileDetections([detection("s3.one")])(event);
    expect(failed).toEqual([]);
    expect(drafts).toEqual([
      {
        ...{ detection: "s3.one", detectionVersion: "1", title: "told", severity: "low", account: event.account },
        ...{ region: event.region, resource: told.resource, actor: null, actorInKey: false, mitre: ["T1530"] },
        ...{ controls: ["cis:2.1.4", "fsbp:S3.2"], remediation: null, evidence: {} },
      },
    ]);
  });

  test("a draft names the detection's remediation, unless the event did what that does not put right", () => {
    const remediation = "s3.remove-public-statement";
    const other = { ...told, remediation: null, resource: { ...told.resource, id: "other" } };
    const { drafts } = compileDetections([detection("s3.one", { remediation, finding: () => [told, other] })])(event);
    expect(drafts.map((draft) => draft.remediation)).toEqual([remediation, null]);
  });

  test("a detection of several patterns that match is asked once", () => {
    const pattern = [{ detail: { eventName: ["PutBucketPolicy"] } }, { detail: { eventSource: ["s3.amazonaws.com"] } }];
    expect(compileDetections([detection("s3.one", { pattern })])(event).drafts).toHaveLength(1);
  });

  test("a detection whose pattern or predicate does not hold is silent", () => {
    const other = detection("s3.other", { pattern: { detail: { eventName: ["CreateBucket"] } } });
    const refused = detection("s3.refused", { when: () => false });
    const unreadable = detection("s3.unreadable", { finding: () => null });
    expect(compileDetections([other, refused, unreadable])(event)).toEqual({ drafts: [], failed: [] });
  });

  test("a detection that breaks is named, shortly, and stops no other", () => {
    const broken = detection("s3.broken", {
      when: () => {
        throw new Error("x".repeat(5000));
      },
    });
    const { drafts, failed } = compileDetections([broken, detection("s3.one")])(event);
    expect(drafts.map((draft) => draft.detection)).toEqual(["s3.one"]);
    expect(failed.map((one) => one.detection)).toEqual(["s3.broken"]);
    expect(failed[0]?.message.length).toBeLessThanOrEqual(300);
  });

  test("of two drafts for one resource the first is kept; types, accounts and resources tell drafts apart", () => {
    const several = [
      told,
      { ...told, title: "again" },
      { ...told, type: "Policy" },
      { ...told, account: "444455556666" },
      { ...told, resource: { type: "AWS::S3::Bucket", id: "other" } },
    ];
    const { drafts } = compileDetections([detection("s3.one", { finding: () => several })])(event);
    expect(drafts.map((draft) => [draft.detection, draft.account, draft.resource.id, draft.title])).toEqual([
      ["s3.one", "111122223333", "reports", "told"],
      ["s3.one:Policy", "111122223333", "reports", "told"],
      ["s3.one", "444455556666", "reports", "told"],
      ["s3.one", "111122223333", "other", "told"],
    ]);
  });

  test("what names from events can do to a draft is bounded", () => {
    const long = "🦄".repeat(100_000);
    const deep = { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } };
    const huge: Told = {
      resource: { type: "AWS::S3::Bucket", id: long, arn: long, name: long },
      title: long,
      actor: { type: "IAMUser", id: long, name: long },
      type: long,
      evidence: { long, list: Array(1000).fill(long), deep, [long]: 1 },
    };
    const [draft] = compileDetections([detection("s3.one", { finding: () => huge })])(event).drafts;
    expect(Array.from(draft?.title ?? "")).toHaveLength(200);
    expect(draft?.title.isWellFormed()).toBe(true);
    expect(JSON.stringify(draft).length).toBeLessThan(150_000);
    expect(JSON.stringify(draft?.evidence["deep"])).not.toContain("1");
  });

  test("an invalid pattern is refused at once, by the detection's name", () => {
    const invalid = detection("s3.invalid", { pattern: { detail: { eventName: "PutBucketPolicy" } } });
    expect(() => compileDetections([invalid])).toThrow(/s3\.invalid/);
  });
});

describe("allow-lists", () => {
  const reason = "known";
  const found = (allow: Parameters<typeof compileDetections>[1], more: Partial<DetectionInput> = {}) =>
    compileDetections([detection("s3.one", more)], allow)(event).drafts.length;
  const arn = "arn:aws:s3:::reports";
  const withArn = { finding: () => ({ ...told, resource: { ...told.resource, arn } }) };

  test.each([
    ["the resource's id", { resource: "reports" }],
    ["a pattern for it", { resource: "rep*ts" }],
    ["its ARN", { resource: arn }],
    ["a pattern for its ARN", { resource: "arn:*:s3:::*" }],
    ["the account", { account: "111122223333" }],
    ["the network of the call", { cidr: "198.51.100.0/24" }],
    ["the address of the call", { cidr: "198.51.100.7" }],
    ["all of them", { resource: "*", account: "111122223333", cidr: "198.51.0.0/16" }],
  ])("%s silences the detection", (_, entry) => {
    expect(found({ allow: { "s3.one": [{ ...entry, reason }] } }, withArn)).toBe(0);
  });

  test.each([
    ["another resource", { resource: "report" }],
    ["a pattern that does not fit", { resource: "*reports*reports" }],
    ["a pattern whose ends overlap", { resource: "repor*ports" }],
    ["another account", { account: "444455556666" }],
    ["another network", { cidr: "203.0.113.0/24" }],
    ["a network of the other family", { cidr: "2001:db8::/32" }],
    ["one that fits and one that does not", { resource: "reports", account: "444455556666" }],
  ])("%s does not", (_, entry) => {
    expect(found({ allow: { "s3.one": [{ ...entry, reason }] } }, withArn)).toBe(1);
  });

  test("another detection's list does not", () => {
    expect(found({ allow: { "s3.two": [{ resource: "*", reason }] } })).toBe(1);
  });

  test("a passed-through finding is silenced by its type or by the detection that passed it on", () => {
    const typed = { finding: () => ({ ...told, type: "Policy:S3/Public" }) };
    const entry = [{ resource: "reports", reason }];
    expect(found({ allow: { "s3.one:Policy:S3/Public": entry } }, typed)).toBe(0);
    expect(found({ allow: { "s3.one": entry } }, typed)).toBe(0);
    expect(found({ allow: { "s3.one:Policy": entry } }, typed)).toBe(1);
  });
});
