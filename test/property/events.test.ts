import { RecordSplitter } from "@ephor/events/archive/record-splitter";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf, parseEnvelope } from "@ephor/events/parse-event";
import { actorOf } from "@ephor/events/sources/cloudtrail-actor";
import * as cloudtrail from "@ephor/events/sources/cloudtrail-read";
import { SOURCES, serviceFindingOf } from "@ephor/events/sources/index";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
fc.configureGlobal({ seed });

const json = fc.jsonValue({ maxDepth: 5, stringUnit: "binary" });
const jsonObject = fc.dictionary(fc.string({ unit: "binary" }), json, { noNullPrototype: true });

const FIELDS = [
  ...["Id", "id", "UpdatedAt", "updatedAt", "severity", "Severity", "type", "title", "Title", "status", "state"],
  ...[
    "eventID",
    "eventTime",
    "eventSource",
    "eventName",
    "eventVersion",
    "awsRegion",
    "recipientAccountId",
    "readOnly",
  ],
  ...["userIdentity", "sessionContext", "sessionIssuer", "principalId", "arn", "userName", "accountId", "invokedBy"],
  ...["findings", "Findings", "Records", "detail", "resource", "resources", "Resources", "finding_info", "uid"],
  ...["AwsAccountId", "ProductArn", "Region", "class_uid", "cloud", "account", "region", "time", "modified_time"],
  ...["Sns", "TopicArn", "Message", "MessageId", "Timestamp", "message", "anomalyId", "monitorArn", "alarmName"],
  ...["requestParameters", "responseElements", "errorCode", "additionalEventData", "insightDetails", "resourceType"],
];
const VALUES = [
  ...["123456789012", "eu-west-1", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+01:00", "ACTIVE", "HIGH", "yes"],
  ...[
    "arn:aws:iam::123456789012:role/a",
    "arn:aws:sns:eu-west-1:123456789012:t",
    "AROA:session",
    "Root",
    "AssumedRole",
  ],
  ...["FederatedUser", "AWSService", "AWSAccount", "IdentityCenterUser", "{}", '{"anomalyId":"a","monitorArn":"b"}'],
];

/** JSON made of the very names and values that readers look for, in places where they do not expect them. */
const { known } = fc.letrec<{ known: unknown }>((tie) => ({
  known: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...VALUES),
    fc.constantFrom(null, true, 0, -1, 8.5, 1e300, ""),
    fc.array(tie("known"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie("known"), { maxKeys: 12, noNullPrototype: true }),
  ),
}));

const envelopeOf = (detail: unknown, about: { source: string; detailType: string }) => ({
  version: "0",
  id: "0d4c1f4a-0000-4000-8000-000000000001",
  "detail-type": about.detailType,
  source: about.source,
  account: "123456789012",
  time: "2026-01-02T03:04:05Z",
  region: "eu-west-1",
  resources: [],
  detail,
});

const DETAIL_TYPES = SOURCES.flatMap(({ detailTypes }) => detailTypes);
const NAMES = ["aws.guardduty", "aws.securityhub", "aws.config", "aws.cloudwatch", "aws.health", "aws.backup", "ephor"];
const MORE_NAMES = [
  "aws.inspector2",
  "aws.macie",
  "aws.access-analyzer",
  "aws.ecr",
  "aws.codepipeline",
  "aws.codebuild",
];
const about = fc.record({
  source: fc.constantFrom(...NAMES, ...MORE_NAMES, "aws.budgets", "aws.ce", "aws.ec2"),
  detailType: fc.constantFrom(...DETAIL_TYPES),
});

/** Everything that the product asks of what came in. */
function readAll(value: unknown): void {
  for (const envelope of toEnvelopes(value)) {
    if (!envelope.ok) {
      expect(envelope.error).toMatchObject({ code: "event.malformed", path: expect.stringMatching(/^\//) });
      continue;
    }
    const events = eventsOf(envelope.value);
    if (!events.ok) {
      expect(events.error).toMatchObject({ code: "event.malformed", path: expect.stringMatching(/^\//) });
      continue;
    }
    for (const event of events.value) {
      expect(event.identity.length).toBeGreaterThan(0);
      expect(event.account).toMatch(/^\d{12}$/);
      for (const read of Object.values(cloudtrail)) read(event, "a.b");
      actorOf(event);
      serviceFindingOf(event);
    }
  }
}

describe("whatever comes in", () => {
  test("any JSON is read or refused, never thrown at", () => {
    fc.assert(fc.property(json, (value) => readAll(value)));
  });

  test("anything made of known names is read or refused, never thrown at", () => {
    fc.assert(
      fc.property(known, (value) => readAll(value)),
      { numRuns: 1000 },
    );
  });

  test("any detail under any known detail-type is read or refused, never thrown at", () => {
    fc.assert(
      fc.property(about, known, (of, detail) => readAll(envelopeOf(detail, of))),
      { numRuns: 1000 },
    );
  });

  test("values that are no JSON are refused", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }), (value) => {
        parseEnvelope(value);
        parseEnvelope(envelopeOf({ value }, { source: "app", detailType: "x" }));
      }),
    );
    const cyclic: Record<string, unknown> = {};
    cyclic["itself"] = cyclic;
    expect(parseEnvelope(envelopeOf(cyclic, { source: "app", detailType: "x" })).ok).toBe(false);
  });
});

describe("identity and time", () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, inner]) => [name, reversed(inner)]),
    );
  };
  const told = (value: unknown) =>
    toEnvelopes(value).map((envelope) => {
      const events = envelope.ok ? eventsOf(envelope.value) : envelope;
      return events.ok
        ? events.value.map(({ kind, identity, time, account }) => [kind, identity, time, account])
        : events;
    });

  test("do not depend on the order of keys", () => {
    fc.assert(
      fc.property(about, known, (of, detail) => {
        const envelope = envelopeOf(detail, of);
        expect(told(reversed(envelope)).map(outcome)).toEqual(told(envelope).map(outcome));
      }),
    );
  });

  /** Which of several mistakes is told first may differ. */
  const outcome = (one: unknown) => (Array.isArray(one) ? one : "refused");
});

describe("the record splitter", () => {
  const options = { recordBytesMax: 1_000_000 };
  /** What it finds in `bytes` cut at `cuts`. */
  function found(bytes: Buffer, cuts: readonly number[]) {
    const splitter = new RecordSplitter(options);
    const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
    const values: unknown[] = [];
    let from = 0;
    for (const to of [...places, bytes.length]) {
      splitter.push(bytes.subarray(from, to));
      values.push(...splitter.take().map((decoded) => (decoded.kind === "item" ? decoded.value : decoded)));
      from = to;
    }
    const early = splitter.end();
    return { values: [...values, ...splitter.take()], early };
  }

  const cuts = fc.array(fc.nat(), { maxLength: 30 });
  const indent = fc.constantFrom(undefined, 1, "\t", "\r\n");
  const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  test("gives what JSON.parse gives of a list and of records under a key", () => {
    const document = fc.tuple(fc.array(json), indent, fc.constantFrom("list", "Records", "Findings"), jsonObject);
    fc.assert(
      fc.property(document, cuts, ([records, space, form, others], at) => {
        const { Records: _, Findings: __, ...more } = others;
        const text = JSON.stringify(form === "list" ? records : { ...more, [form]: records, zz: more }, null, space);
        expect(found(Buffer.from(text), at)).toEqual({ values: parsed(records), early: undefined });
      }),
      { numRuns: 500 },
    );
  });

  test("gives what JSON.parse gives of values line by line", () => {
    const line = jsonObject.filter((value) => !Array.isArray(value["Records"]) && !Array.isArray(value["Findings"]));
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom("\n", "\r\n", "", " "), cuts, (records, between, at) => {
        const text = records.map((record) => JSON.stringify(record)).join(between);
        expect(found(Buffer.from(text), at)).toEqual({ values: parsed(records), early: undefined });
      }),
      { numRuns: 500 },
    );
  });

  test("finds the same in any bytes wherever they are cut, and comes to an end", () => {
    const shard = fc.constantFrom(...'{}[]",:\\ \n', '{"Records":[', '"a":1', "null", "x", '{"a":1}', "\n{", "}\n");
    fc.assert(
      fc.property(fc.array(shard, { maxLength: 60 }), cuts, (shards, at) => {
        const bytes = Buffer.from(shards.join(""));
        expect(found(bytes, at)).toEqual(found(bytes, []));
      }),
      { numRuns: 2000 },
    );
  });
});
