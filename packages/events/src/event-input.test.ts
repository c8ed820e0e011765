import { describe, expect, test } from "vitest";
import { toEnvelopes } from "./event-input.ts";
import { eventsOf } from "./parse-event.ts";

const RECORD = {
  eventVersion: "1.08",
  eventID: "11111111-2222-4333-8444-555555555555",
  eventTime: "2026-01-02T03:04:05Z",
  eventSource: "ec2.amazonaws.com",
  eventName: "StopInstances",
  eventType: "AwsApiCall",
  awsRegion: "eu-west-1",
  recipientAccountId: "123456789012",
  userIdentity: { type: "IAMUser", accountId: "210987654321" },
};
const ASFF = {
  Id: "finding-1",
  ProductArn: "arn:aws:securityhub:eu-central-1::product/aws/securityhub",
  AwsAccountId: "123456789012",
  UpdatedAt: "2026-01-02T03:04:05.678Z",
};
const OCSF = {
  class_uid: 2004,
  finding_info: { uid: "finding-2", modified_time: 1_767_323_045_678 },
  cloud: { region: "eu-west-1", account: { uid: "123456789012" } },
};
const SNS = {
  Type: "Notification",
  MessageId: "message-1",
  TopicArn: "arn:aws:sns:us-east-1:123456789012:costs",
  Timestamp: "2026-01-02T03:04:05.678Z",
  Message: "AWS Budget Notification\nBudget Name: all",
};

const envelopeOf = (value: unknown) => {
  const [first] = toEnvelopes(value);
  return first?.ok === true ? first.value : undefined;
};
const errorOf = (value: unknown) => {
  const [first] = toEnvelopes(value);
  return first?.ok === false ? [first.error.path, first.error.message] : undefined;
};

describe("a CloudTrail record", () => {
  test("becomes the envelope that EventBridge would have delivered", () => {
    expect(envelopeOf(RECORD)).toEqual({
      version: "0",
      id: RECORD.eventID,
      "detail-type": "AWS API Call via CloudTrail",
      source: "aws.ec2",
      account: "123456789012",
      time: RECORD.eventTime,
      region: "eu-west-1",
      resources: [],
      detail: RECORD,
    });
  });

  test.each([
    ["AwsApiCall", "AWS API Call via CloudTrail", "cloudtrail"],
    ["AwsVpceEvents", "AWS API Call via CloudTrail", "cloudtrail"],
    ["AwsConsoleSignIn", "AWS Console Sign In via CloudTrail", "cloudtrail-sign-in"],
    ["AwsServiceEvent", "AWS Service Event via CloudTrail", "cloudtrail-service"],
    ["AwsConsoleAction", "AWS Console Action via CloudTrail", "cloudtrail-console"],
    ["AwsCloudTrailInsight", "AWS Insight via CloudTrail", "cloudtrail-insight"],
    ["SomethingNew", "AWS Service Event via CloudTrail", "cloudtrail-service"],
  ])("of the type %s is `%s`", (eventType, detailType, kind) => {
    const envelope = envelopeOf({ ...RECORD, eventType });
    expect(envelope?.["detail-type"]).toBe(detailType);
    expect(envelope !== undefined && eventsOf(envelope)).toMatchObject({
      value: [{ kind, identity: RECORD.eventID, time: "2026-01-02T03:04:05.000Z" }],
    });
  });

  test("before version 1.02 is an API call in the account of its caller", () => {
    const { eventType: _, recipientAccountId: __, ...old } = RECORD;
    expect(envelopeOf(old)).toMatchObject({ "detail-type": "AWS API Call via CloudTrail", account: "210987654321" });
    expect(errorOf({ ...old, userIdentity: {} })).toEqual([
      "/recipientAccountId",
      expect.stringContaining("12 digits"),
    ]);
  });

  test("of an Insight names no service, and needs none", () => {
    const { eventSource: _, eventName: __, ...insight } = RECORD;
    const envelope = envelopeOf({ ...insight, eventType: "AwsCloudTrailInsight", insightDetails: {} });
    expect(envelope).toMatchObject({ source: "aws.cloudtrail" });
    expect(envelope !== undefined && eventsOf(envelope)).toMatchObject({
      ok: true,
      value: [{ kind: "cloudtrail-insight" }],
    });
  });

  test("without what identifies it is refused at its place", () => {
    expect(errorOf({ ...RECORD, eventID: 7 })).toEqual(["/eventID", expect.stringContaining("found 7")]);
    expect(errorOf({ Records: [RECORD, RECORD].map((record) => ({ ...record, eventTime: "now" })) })?.[0]).toBe(
      "/Records/0/eventTime",
    );
  });
});

test("an EventBridge event is taken as it is", () => {
  const envelope = envelopeOf(RECORD);
  expect(envelopeOf(envelope)).toEqual(envelope);
  expect(envelopeOf({ ...envelope, Records: [] })).toMatchObject({ Records: [] });
});

test("an ASFF finding becomes an import, at its update", () => {
  expect(envelopeOf(ASFF)).toMatchObject({
    source: "aws.securityhub",
    "detail-type": "Security Hub Findings - Imported",
    time: ASFF.UpdatedAt,
    account: "123456789012",
    region: "eu-central-1",
    detail: { findings: [ASFF] },
  });
  expect(envelopeOf({ ...ASFF, Region: "eu-west-3" })).toMatchObject({ region: "eu-west-3" });
  const local = { ...ASFF, ProductArn: "x", Resources: [{ Region: "eu-west-2" }] };
  expect(envelopeOf(local)).toMatchObject({ region: "eu-west-2" });
  expect(errorOf({ ...ASFF, ProductArn: "x" })).toEqual(["/Region", expect.stringContaining("an AWS Region")]);
});

test("an OCSF finding becomes an import, at its last change", () => {
  expect(envelopeOf(OCSF)).toMatchObject({
    source: "aws.securityhub",
    "detail-type": "Findings Imported V2",
    time: "2026-01-02T03:04:05.678Z",
    detail: { findings: [OCSF] },
  });
  expect(errorOf({ ...OCSF, cloud: {} })).toEqual(["/cloud/region", expect.stringContaining("found nothing")]);
});

describe("an SNS notification", () => {
  test("of AWS Budgets is a budget event in the account of its topic", () => {
    const expected = {
      source: "aws.budgets",
      account: "123456789012",
      region: "us-east-1",
      id: "message-1",
      time: SNS.Timestamp,
      detail: { topicArn: SNS.TopicArn, messageId: "message-1", subject: null, message: SNS.Message },
    };
    expect(envelopeOf(SNS)).toMatchObject(expected);
    expect(envelopeOf({ Records: [{ EventSource: "aws:sns", Sns: SNS }] })).toMatchObject(expected);
  });

  test("of Cost Anomaly Detection is read as JSON", () => {
    const anomaly = { anomalyId: "a", monitorArn: "arn:aws:ce::123456789012:anomalymonitor/m" };
    expect(envelopeOf({ ...SNS, Message: JSON.stringify(anomaly) })).toMatchObject({
      source: "aws.ce",
      detail: { message: anomaly },
    });
  });

  test.each([
    "free text",
    '{"detail-type":"GuardDuty Finding","source":"aws.guardduty"}',
    "{broken",
    '{"a":"\\ud800"}',
  ])("of anybody else speaks for nobody: %s", (Message) => {
    expect(envelopeOf({ ...SNS, Message })).toMatchObject({ source: "aws.sns" });
  });

  test("is refused at its place", () => {
    expect(errorOf({ ...SNS, TopicArn: "topic" })).toEqual(["/TopicArn", expect.stringContaining("SNS topic")]);
    expect(errorOf({ Sns: { ...SNS, Timestamp: 1 } })?.[0]).toBe("/Sns/Timestamp");
  });
});

test("every item of a list has its own outcome, in order, wherever the lists stand", () => {
  const results = toEnvelopes([RECORD, 5, { Records: [RECORD, { nothing: 1 }] }, { Findings: [ASFF, OCSF] }, []]);
  expect(results.map(({ ok }) => ok)).toEqual([true, false, true, false, true, true]);
  const paths = results.map((result) => (result.ok ? undefined : result.error.path));
  expect(paths).toEqual([undefined, "/1", undefined, "/2/Records/1", undefined, undefined]);
});

test("lists inside lists end somewhere", () => {
  expect(errorOf([[[[[[[RECORD]]]]]]])).toEqual([expect.any(String), expect.stringContaining("lists inside lists")]);
});

test.each([
  [{ digestStartTime: "x", logFiles: [] }, "a CloudTrail digest, which holds no events"],
  [{ configurationItems: [] }, "an AWS Config history, which holds no events"],
  [{}, "an empty object"],
  [{ technique: "x", event: {} }, 'an object with "technique", "event"'],
  ["text", '"text"'],
  [null, "null"],
])("what is no event is told by what it is: %j", (value, told) => {
  expect(errorOf(value)).toEqual(["/", expect.stringContaining(`found ${told}, expected an EventBridge event`)]);
});

test("a record beyond the bounds of an event is refused", () => {
  expect(errorOf({ ...RECORD, requestParameters: { a: "x".repeat(6 * 1024 * 1024) } })?.[1]).toContain("larger than");
});
