import { type FindingId, findingIdOf } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import { type Severity, worseSeverity } from "./severity.ts";
import type { Tenant } from "./tenant.ts";
import type { Timestamp } from "./time.ts";

/** A thing in AWS that something is wrong with: CloudFormation type, id, and ARN and name where the event gives them. */
export type Resource = { readonly type: string; readonly id: string; readonly arn?: string; readonly name?: string };
/** Who did it, e.g. `{type: "IAMUser", id: "AIDA…", arn, name: "alice"}`. */
export type Actor = { readonly type: string; readonly id: string; readonly arn?: string; readonly name?: string };

/** What a detection says of one event, before it is known whether the finding exists. */
export type FindingDraft = {
  readonly detection: string;
  readonly detectionVersion: string;
  readonly title: string;
  readonly severity: Severity;
  readonly account: string;
  readonly region: string;
  readonly resource: Resource;
  readonly actor: Actor | null;
  /** Whether two actors on one resource are two findings. */
  readonly actorInKey: boolean;
  readonly mitre: readonly string[];
  readonly controls: readonly string[];
  readonly remediation: string | null;
  readonly evidence: JsonObject;
};

/** One event identity (findings.md, "Event identity") at its event time, never its arrival. */
export type Sighting = { readonly identity: string; readonly time: Timestamp };

export const FINDING_STATUSES = [
  "open",
  "awaiting-approval",
  "remediating",
  "resolved",
  "failed",
  "excepted",
  "reopened",
] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/**
 * The part of a finding that is a function of the set of its event identities alone:
 * equal by replay and live, in any order, any number of times (findings.md, "Findings").
 */
export type FindingFacts = Omit<FindingDraft, "actorInKey"> & {
  readonly id: FindingId;
  readonly tenant: Tenant;
  readonly occurrences: number;
  readonly firstSeenAt: Timestamp;
  readonly lastSeenAt: Timestamp;
  /** The 100 newest, newest first. */
  readonly newest: readonly Sighting[];
  /** Whose title, actor, resource names and evidence these are. */
  readonly earliest: Sighting;
};

/** A finding as stored: its facts, and what has become of it since. */
export type Finding = FindingFacts & {
  readonly status: FindingStatus;
  /** From 1; each reopening raises it. */
  readonly generation: number;
  readonly resolvedAt: Timestamp | null;
};

export const EVENT_IDS_MAX = 100;

/** One finding a key, for ever: tenant, detection, account, region, resource, and the actor where it matters. */
export function findingId(tenant: Tenant, draft: FindingDraft): FindingId {
  const actor = draft.actorInKey && draft.actor !== null ? [draft.actor.type, draft.actor.id] : [];
  const { detection, account, region, resource } = draft;
  return findingIdOf([tenant, detection, account, region, resource.type, resource.id, ...actor]);
}

/** Earlier by event time, then by identity: a total order over the sightings of one finding. */
export function compareSightings(a: Sighting, b: Sighting): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.identity === b.identity) return 0;
  return a.identity < b.identity ? -1 : 1;
}

/** The facts of a finding seen for the first time. */
export function firstFacts(tenant: Tenant, seen: { draft: FindingDraft; sighting: Sighting }): FindingFacts {
  const { actorInKey: _, ...told } = seen.draft;
  const { time } = seen.sighting;
  return {
    ...told,
    id: findingId(tenant, seen.draft),
    tenant,
    occurrences: 1,
    firstSeenAt: time,
    lastSeenAt: time,
    newest: [seen.sighting],
    earliest: seen.sighting,
  };
}

/**
 * The facts after one more identity. The caller guarantees that the identity is not yet a member;
 * then the result depends on the set of members only, not on their order.
 */
export function addSighting<F extends FindingFacts>(facts: F, seen: { draft: FindingDraft; sighting: Sighting }): F {
  const { draft, sighting } = seen;
  const isEarliest = compareSightings(sighting, facts.earliest) < 0;
  const told = isEarliest ? firstFacts(facts.tenant, seen) : facts;
  return {
    ...facts,
    ...toldBy(told),
    severity: worseSeverity(facts.severity, draft.severity),
    occurrences: facts.occurrences + 1,
    firstSeenAt: sighting.time < facts.firstSeenAt ? sighting.time : facts.firstSeenAt,
    lastSeenAt: sighting.time > facts.lastSeenAt ? sighting.time : facts.lastSeenAt,
    newest: withNewest(facts.newest, sighting),
    earliest: isEarliest ? sighting : facts.earliest,
  };
}

/** What the earliest sighting alone decides. */
function toldBy(facts: FindingFacts) {
  const { title, resource, actor, evidence, mitre, controls, remediation, detectionVersion } = facts;
  return { title, resource, actor, evidence, mitre, controls, remediation, detectionVersion };
}

function withNewest(newest: readonly Sighting[], sighting: Sighting): readonly Sighting[] {
  const at = newest.findIndex((known) => compareSightings(known, sighting) < 0);
  const place = at === -1 ? newest.length : at;
  return [...newest.slice(0, place), sighting, ...newest.slice(place)].slice(0, EVENT_IDS_MAX);
}

/** The published shape of a finding (interfaces.md, "A finding line"). */
export type FindingLine = {
  readonly id: string;
  readonly detection: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: FindingStatus;
  readonly account: string;
  readonly region: string;
  readonly resource: Resource;
  readonly actor: Actor | null;
  readonly eventIds: readonly string[];
  readonly occurrences: number;
  readonly firstSeenAt: Timestamp;
  readonly lastSeenAt: Timestamp;
  readonly mitre: readonly string[];
  readonly controls: readonly string[];
  readonly remediation: string | null;
  readonly evidence: JsonObject;
};

export function findingLine(finding: FindingFacts & { readonly status: FindingStatus }): FindingLine {
  const { id, detection, title, severity, status, account, region, resource, actor } = finding;
  const { occurrences, firstSeenAt, lastSeenAt, mitre, controls, remediation, evidence } = finding;
  const eventIds = finding.newest.map((sighting) => sighting.identity);
  return {
    ...{ id, detection, title, severity, status, account, region, resource, actor, eventIds },
    ...{ occurrences, firstSeenAt, lastSeenAt, mitre, controls, remediation, evidence },
  };
}
