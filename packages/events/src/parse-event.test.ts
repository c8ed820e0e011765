import { expect, test } from "vitest";
import { eventsOf, parseEnvelope } from "./parse-event.ts";
import { EVENT_BYTES_MAX, EVENT_DEPTH_MAX } from "./sources/bounds.ts";

const ENVELOPE = {
  version: "0",
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "123456789012",
  time: "2026-01-02T03:04:05Z",
  region: "eu-west-1",
  resources: ["arn:aws:ec2:eu-west-1:123456789012:instance/i-1"],
  detail: { "instance-id": "i-1", state: "stopped" },
};

function refused(value: unknown): readonly [string | undefined, string] {
  const result = parseEnvelope(value);
  return result.ok ? [undefined, "accepted"] : [result.error.path, result.error.message];
}

test("an envelope keeps every field, also those that nobody knows", () => {
  const envelope = { ...ENVELOPE, "replay-name": "again", detail: { ...ENVELOPE.detail, deep: [{ more: null }] } };
  expect(parseEnvelope(envelope)).toEqual({ ok: true, value: envelope });
});

test("version and resources may be absent, as in older samples", () => {
  const { version: _, resources: __, ...older } = ENVELOPE;
  expect(parseEnvelope(older)).toMatchObject({ ok: true, value: { version: "0", resources: [] } });
});

test.each([
  ["account", "1234", "/account", 'found "1234", expected an AWS account id, text of 12 digits'],
  ["account", 123456789012, "/account", "found 123456789012, expected an AWS account id, text of 12 digits"],
  ["time", "yesterday", "/time", 'found "yesterday", expected an RFC 3339 date-time such as 2026-01-02T03:04:05Z'],
  ["time", "2026-13-01T00:00:00Z", "/time", expect.stringContaining("RFC 3339")],
  ["detail", "text", "/detail", 'found "text", expected an object'],
  ["detail", [], "/detail", "found a list of 0, expected an object"],
  ["detail", null, "/detail", "found null, expected an object"],
  ["id", "", "/id", expect.stringContaining("text of 1 to 600 characters")],
  ["source", 5, "/source", expect.stringContaining("found 5")],
  ["region", "Mars Base", "/region", expect.stringContaining("an AWS Region")],
  ["resources", "arn", "/resources", expect.stringContaining("a list of ARNs")],
  ["resources", [1], "/resources/0", expect.stringContaining("found 1")],
  ["detail-type", "x".repeat(300), "/detail-type", expect.stringContaining("…")],
])("a wrong %s is refused with what was found, where, and what was expected", (field, value, path, message) => {
  expect(refused({ ...ENVELOPE, [field]: value })).toEqual([path, message]);
});

test("a missing field is told at its place", () => {
  const { time: _, ...timeless } = ENVELOPE;
  expect(refused(timeless)).toEqual([
    "/time",
    expect.stringContaining("found nothing, expected an RFC 3339 date-time"),
  ]);
});

test.each([[undefined], [null], ["text"], [5], [[]], [() => 1]])("%s is no envelope", (value) => {
  expect(refused(value)).toEqual(["/", expect.stringContaining("expected an object")]);
});

const nested = (levels: number): unknown => (levels === 0 ? "x" : { in: nested(levels - 1) });

test("an event may be as deep as the bound and no deeper", () => {
  // The envelope is one level, its detail the next.
  expect(refused({ ...ENVELOPE, detail: nested(EVENT_DEPTH_MAX - 1) })[1]).toBe("accepted");
  expect(refused({ ...ENVELOPE, detail: nested(EVENT_DEPTH_MAX) })[1]).toBe("nested more than 48 levels deep");
  expect(refused({ ...ENVELOPE, detail: { list: [[nested(100_0)]] } })[1]).toContain("nested");
});

test("an event may be as large as the bound and no larger", () => {
  const text = "x".repeat(EVENT_BYTES_MAX / 2);
  expect(refused({ ...ENVELOPE, detail: { text } })[1]).toBe("accepted");
  expect(refused({ ...ENVELOPE, detail: { text, again: [text] } })[1]).toBe(`larger than ${EVENT_BYTES_MAX} bytes`);
  expect(refused({ ...ENVELOPE, detail: { many: Array.from({ length: 3_000_000 }, () => []) } })[1]).toContain(
    "larger",
  );
});

test("what is no JSON is refused wherever it stands", () => {
  expect(refused({ ...ENVELOPE, detail: { a: [1, Number.NaN] } })[1]).toBe("found number, expected JSON");
  expect(refused({ ...ENVELOPE, detail: { a: 1n } })[1]).toBe("found bigint, expected JSON");
  expect(refused({ ...ENVELOPE, detail: { a: undefined } })[1]).toBe("found undefined, expected JSON");
});

test("text that no hash can hold is made good, so that it hides no event", () => {
  const result = parseEnvelope({ ...ENVELOPE, detail: { "k\ud800": ["\udfff", 1, null, "good"] } });
  expect(result).toMatchObject({ ok: true, value: { detail: { "k\uFFFD": ["\uFFFD", 1, null, "good"] } } });
});

test("an envelope of no known source is one generic event of the envelope's id and time", () => {
  const envelope = parseEnvelope({ ...ENVELOPE, time: "2026-01-02T04:04:05.6789+01:00" });
  expect(envelope.ok && eventsOf(envelope.value)).toMatchObject({
    ok: true,
    value: [
      {
        kind: "generic",
        identity: ENVELOPE.id,
        time: "2026-01-02T03:04:05.678Z",
        account: "123456789012",
        region: "eu-west-1",
      },
    ],
  });
});

test.each([
  ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"],
  ["2026-01-31T00:00:00Z", "2026-01-31T00:00:00.000Z"],
  ["2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100Z"],
])("the time %s is %s", (text, time) => {
  const envelope = parseEnvelope({ ...ENVELOPE, time: text });
  expect(envelope.ok && eventsOf(envelope.value)).toMatchObject({ value: [{ time }] });
});
