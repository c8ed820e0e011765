import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Result } from "@ephor/domain/result";
import type { Envelope, Event } from "@ephor/events/envelope";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";
import { actorOf } from "@ephor/events/sources/cloudtrail-actor";
import { serviceFindingOf } from "@ephor/events/sources/index";
import { expect, test } from "vitest";

/** Samples that AWS and others publish; they are no part of this repository. */
const DATA = new URL("../../../shared/data/", import.meta.url);
const absent = !existsSync(DATA);
if (absent) console.warn("skipped: no folder of published samples beside the repository");

function linesOf(name: string): readonly Record<string, unknown>[] {
  const bytes = readFileSync(new URL(name, DATA));
  const text = name.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const read = (value: unknown): readonly Result<readonly Event[]>[] =>
  toEnvelopes(value).map((envelope) => (envelope.ok ? eventsOf(envelope.value) : envelope));

/** The events of all samples; what was refused is counted by its reason. */
function readSamples(samples: readonly unknown[]) {
  const events: Event[] = [];
  const refused = new Map<string, number>();
  for (const result of samples.flatMap(read)) {
    if (result.ok) events.push(...result.value);
    else
      refused.set(
        `${result.error.path}: ${result.error.message}`,
        (refused.get(`${result.error.path}: ${result.error.message}`) ?? 0) + 1,
      );
  }
  return { events, refused };
}

const kindsOf = (events: readonly Event[]) =>
  Object.fromEntries(Object.entries(Object.groupBy(events, ({ kind }) => kind)).map(([kind, of]) => [kind, of.length]));
const identities = (events: readonly Event[]) => new Set(events.map(({ identity }) => identity)).size;

test.skipIf(absent)("published EventBridge samples are read, or refused for an account id that is none", () => {
  const samples = [...linesOf("envelopes/envelopes.jsonl"), ...linesOf("envelopes/backup-config.jsonl")];
  const { events, refused } = readSamples(samples.map(({ event }) => event));
  console.log("kinds", kindsOf(events), "refused", Object.fromEntries(refused));
  expect([...refused.keys()].filter((reason) => !reason.startsWith("/account: found"))).toEqual([]);
  expect(kindsOf(events)).toMatchObject({
    "cloudtrail-sign-in": 1,
    "cloudwatch-alarm": 5,
    cloudtrail: 1,
    codebuild: 2,
    codepipeline: 5,
    "config-compliance": 1,
    "ecr-scan": 1,
    health: 3,
    macie: 4,
    securityhub: 22,
  });
});

test.skipIf(absent)(
  "published samples with an account id of 12 digits in its place are all read, but a template",
  () => {
    const samples = [...linesOf("envelopes/envelopes.jsonl"), ...linesOf("envelopes/backup-config.jsonl")];
    const repaired = samples.map(({ event }) => ({ ...(event as Envelope), account: "123456789012" }));
    const { events, refused } = readSamples(repaired);
    expect([...refused.keys()]).toEqual([expect.stringContaining('/region: found "{{{region}}}"')]);
    expect(kindsOf(events)).toMatchObject({ guardduty: 14, backup: 3 });
    const named = events.filter(({ kind }) => kind === "guardduty" || kind === "backup").map(serviceFindingOf);
    expect(named).not.toContain(undefined);
    expect(new Set(named.map((finding) => finding?.resource.type))).not.toContain("AWS::::Account");
  },
);

test.skipIf(absent)("published ASFF findings are one event each, with type, severity and resource", () => {
  const samples = linesOf("findings/asff.jsonl");
  const { events, refused } = readSamples(samples.map(({ finding }) => finding));
  expect(refused.size).toBe(0);
  expect(events).toHaveLength(52);
  expect(identities(events)).toBe(52);
  const findings = events.map(serviceFindingOf);
  expect(findings.map((finding) => finding?.severity.toUpperCase())).toEqual(samples.map(({ severity }) => severity));
  expect(findings.every((finding) => finding !== undefined && finding.resource.id !== "")).toBe(true);
});

test.skipIf(absent).each([
  ["cloudtrail/stratus-records.ndjson", 310],
  ["cloudtrail/ordinary.ndjson.gz", 900],
])("every record of %s is an event of its own id and time, and tells its actor", (name, count) => {
  const records = linesOf(name);
  const { events, refused } = readSamples(records);
  expect(refused.size).toBe(0);
  expect(identities(events)).toBe(count);
  expect(events.map(({ identity }) => identity)).toEqual(records.map((record) => record["eventID"]));
  expect(events.map(({ time }) => time.replace(".000Z", "Z"))).toEqual(records.map((record) => record["eventTime"]));
  expect(events.map(({ envelope }) => envelope.detail)).toEqual(records);
  expect(events.map(actorOf)).not.toContain(null);
});

test.skipIf(absent)("the wrapped shape of the technique samples is not an event", () => {
  const { events, refused } = readSamples(linesOf("cloudtrail/stratus.jsonl").slice(0, 3));
  expect(events).toEqual([]);
  expect(refused.size).toBe(1);
});
