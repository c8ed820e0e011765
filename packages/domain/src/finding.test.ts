import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addSighting,
  compareSightings,
  EVENT_IDS_MAX,
  type FindingDraft,
  type FindingFacts,
  findingId,
  findingLine,
  firstFacts,
  type Sighting,
} from "./finding.ts";
import { SEVERITIES, type Severity } from "./severity.ts";
import { DEFAULT_TENANT } from "./tenant.ts";
import { timestamp } from "./time.ts";

const draft: FindingDraft = {
  detection: "ec2.security-group-opened-to-world",
  detectionVersion: "1",
  title: "opened",
  severity: "high",
  account: "111122223333",
  region: "eu-west-1",
  resource: { type: "AWS::EC2::SecurityGroup", id: "sg-1" },
  actor: { type: "IAMUser", id: "AIDA1", name: "alice" },
  actorInKey: false,
  mitre: ["T1562.007"],
  controls: ["cis:5.2"],
  remediation: null,
  evidence: { port: 22 },
};
const at = (seconds: number, identity: string): Sighting => ({
  identity,
  time: timestamp(1_767_225_600_000 + seconds * 1000),
});
type Seen = { draft: FindingDraft; sighting: Sighting };
const seen = (seconds: number, identity: string, told: Partial<FindingDraft> = {}): Seen => ({
  draft: { ...draft, ...told },
  sighting: at(seconds, identity),
});

function fold([first, ...rest]: readonly Seen[]): FindingFacts {
  if (first === undefined) throw new Error("nothing seen");
  return rest.reduce((facts, one) => addSighting(facts, one), firstFacts(DEFAULT_TENANT, first));
}

/** The rules of findings.md written down a second time, over the whole set at once. */
function expected(all: readonly Seen[]) {
  const sorted = all.toSorted((a, b) => compareSightings(a.sighting, b.sighting));
  const [earliest, latest] = [sorted[0], sorted.at(-1)];
  if (earliest === undefined || latest === undefined) throw new Error("nothing seen");
  const ids = all.map((one) => SEVERITIES.indexOf(one.draft.severity));
  return {
    title: earliest.draft.title,
    actor: earliest.draft.actor,
    evidence: earliest.draft.evidence,
    severity: SEVERITIES[Math.max(...ids)],
    occurrences: all.length,
    firstSeenAt: earliest.sighting.time,
    lastSeenAt: latest.sighting.time,
    eventIds: sorted
      .toReversed()
      .slice(0, EVENT_IDS_MAX)
      .map(({ sighting }) => sighting.identity),
  };
}

describe("the facts of a finding follow from the set of its sightings", () => {
  const severity = fc.constantFrom<Severity>(...SEVERITIES);
  const sightings = fc.uniqueArray(
    fc.record({
      seconds: fc.integer({ min: 0, max: 40 }),
      identity: fc.string({ minLength: 1, maxLength: 3 }),
      severity,
    }),
    {
      selector: ({ identity }) => identity,
      minLength: 1,
      maxLength: 130,
    },
  );

  test("whatever the order", () => {
    fc.assert(
      fc.property(sightings, fc.infiniteStream(fc.nat()), (all, keys) => {
        const one = all.map(({ seconds, identity, severity: worst }) =>
          seen(seconds, identity, {
            severity: worst,
            title: `by ${identity}`,
            evidence: { identity },
            actor: { type: "U", id: identity },
          }),
        );
        const shuffled = one
          .map((value) => ({ value, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ value }) => value);
        expect(fold(shuffled)).toEqual(fold(one));
        const { newest: _, ...line } = { ...findingLine({ ...fold(one), status: "open" }), newest: null };
        expect(line).toMatchObject(expected(one));
      }),
    );
  });

  test("the worst severity stays, whoever comes later", () => {
    const facts = fold([
      seen(0, "a", { severity: "low" }),
      seen(1, "b", { severity: "critical" }),
      seen(2, "c", { severity: "medium" }),
    ]);
    expect(facts.severity).toBe("critical");
  });

  test("title, actor and evidence are of the earliest, also when it comes last; a tie goes to the smaller identity", () => {
    const late = fold([seen(5, "b", { title: "late" }), seen(1, "z", { title: "early" })]);
    expect(late.title).toBe("early");
    const tie = fold([seen(1, "b", { title: "b" }), seen(1, "a", { title: "a" })]);
    expect(tie.title).toBe("a");
  });

  test("the newest 100 identities are kept, newest first, and all are counted", () => {
    const facts = fold(Array.from({ length: 150 }, (_, n) => seen(n, `e${n}`)));
    const line = findingLine({ ...facts, status: "open" });
    expect(line.occurrences).toBe(150);
    expect(line.eventIds).toHaveLength(100);
    expect(line.eventIds[0]).toBe("e149");
    expect(line.eventIds.at(-1)).toBe("e50");
  });
});

describe("one finding a key", () => {
  const id = (told: Partial<FindingDraft>) => findingId(DEFAULT_TENANT, { ...draft, ...told });

  test.each<[string, Partial<FindingDraft>]>([
    ["detection", { detection: "other.one" }],
    ["account", { account: "999999999999" }],
    ["Region", { region: "us-east-1" }],
    ["resource id", { resource: { ...draft.resource, id: "sg-2" } }],
    ["resource type", { resource: { ...draft.resource, type: "AWS::S3::Bucket" } }],
  ])("another %s is another finding", (_, told) => {
    expect(id(told)).not.toBe(id({}));
  });

  test("the actor tells findings apart only where it matters", () => {
    const bob = { type: "IAMUser", id: "AIDA2" };
    expect(id({ actor: bob })).toBe(id({}));
    expect(id({ actor: bob, actorInKey: true })).not.toBe(id({ actorInKey: true }));
  });

  test("parts cannot be shifted from one field into the next", () => {
    expect(id({ account: "1", region: "2eu" })).not.toBe(id({ account: "12", region: "eu" }));
  });
});
