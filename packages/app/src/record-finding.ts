import { type EphorError, ephorError } from "@ephor/domain/error";
import { isActive, isCovered } from "@ephor/domain/exception-rules";
import { type Finding, type FindingDraft, findingId, type Sighting } from "@ephor/domain/finding";
import type { RecordDraft } from "@ephor/domain/ledger/record";
import { isOwnAction } from "@ephor/domain/own-action";
import { err, ok, type Result } from "@ephor/domain/result";
import { type Seen, seeFinding } from "@ephor/domain/see-finding";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { timelineEntry } from "@ephor/domain/timeline";
import type { ExceptionCache } from "./exception-cache.ts";
import { coverWrites, type StoredException } from "./exception-items.ts";
import { decode, encode } from "./items.ts";
import { findingIndexes, findingKey, membershipKey, timelineKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Item, Random, Store, Write } from "./ports.ts";
import { type RequestDeps, requestResponse } from "./request-response.ts";
import { serialByKey } from "./serially.ts";

export type RecordFindingDeps = RequestDeps & {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The ARN of the role that Ephor changes an account as; undefined where it has none there. */
  readonly ownRoleOf: (account: string) => string | undefined;
  readonly exceptions: ExceptionCache;
};
export type SeenDraft = {
  readonly tenant: Tenant;
  readonly draft: FindingDraft;
  readonly sighting: Sighting;
  readonly correlationId: string;
  /** The execution that says so, for the timeline. */
  readonly executionId: string;
};
export type Recorded = { readonly findingId: string; readonly change: Seen["change"] | "known" };

/** The membership comes first, so that a conflict there is known from one about the finding's version. */
const MEMBERSHIP_CONFLICT = "/0";
const ATTEMPTS_MAX = 10;

const serially = serialByKey();

/**
 * Records that `draft` was seen in the event `sighting`, once per event identity (findings.md).
 * One transaction: membership, finding, timeline entry, ledger record and, where the policy answers, the effect that starts `respond`.
 * Errors: `store.conflict` (retryable) after ten lost races for the finding's version.
 */
export function recordFinding(
  d: RecordFindingDeps,
  seen: SeenDraft,
): Promise<Result<Recorded, EphorError<"store.conflict" | "store.too-large" | "store.invalid">>> {
  const id = findingId(seen.tenant, seen.draft);
  return serially(id, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const known = await d.store.get(findingKey(seen.tenant, id));
      const exceptions = await d.exceptions.of(seen.tenant);
      const { change, writes } = writesFor(d, { seen, known, exceptions });
      const done = await d.store.transact(writes);
      if (done.ok) return ok({ findingId: id, change });
      if (done.error.code !== "store.conflict") return done;
      // An exception that ended meanwhile is a conflict as well.
      d.exceptions.forget(seen.tenant);
      if (done.error.path === MEMBERSHIP_CONFLICT) return ok({ findingId: id, change: "known" });
    }
    return err(ephorError("store.conflict", `finding ${id} changed ${ATTEMPTS_MAX} times while it was written`));
  });
}

type Known = { seen: SeenDraft; known: Item | undefined; exceptions: readonly StoredException[] };

function writesFor(d: RecordFindingDeps, { seen, known, exceptions }: Known) {
  const { finding: judged, change } = seeFinding(known && decode("finding", known), seen);
  const now = d.clock.now();
  const exception = coveringException(exceptions, { finding: judged, now });
  const finding: Finding = exception === undefined ? judged : { ...judged, status: "excepted" };
  const context: Context = { seen, finding, change, now, exception };
  const isNewLife = change !== "seen" && exception === undefined;
  const isAnswered = isNewLife && !isOwnAction(d.ownRoleOf(finding.account), seen.draft.actor);
  const writes: readonly Write[] = [
    membershipWrite(context),
    findingWrite(finding, known),
    timelineWrite(context),
    appendRecord(d, recordOf(context)),
    ...exceptedWrites(context),
    ...(isAnswered ? requestResponse(d, { finding, at: now, correlationId: seen.correlationId }) : []),
  ];
  return { change, writes };
}

/** Only what is open can be muted; a response that is under way looks for itself before it applies anything. */
function coveringException(
  exceptions: readonly StoredException[],
  { finding, now }: { finding: Finding; now: Timestamp },
): StoredException | undefined {
  if (finding.status !== "open" && finding.status !== "reopened") return undefined;
  return exceptions.find(({ exception }) => isActive(exception, now) && isCovered(exception.scope, finding));
}

/** What mutes the response, never the recording (findings.md, "Exceptions"). */
function exceptedWrites({ seen, finding, now, exception: stored }: Context): readonly Write[] {
  if (stored === undefined) return [];
  const { id, expiresAt } = stored.exception;
  const entry = timelineEntry(finding.id, {
    at: now,
    kind: "exception.used",
    by: id,
    text: `${id} mutes the response until ${expiresAt}`,
    correlationId: seen.correlationId,
    cause: `${id} ${seen.sighting.identity}`,
  });
  const key = timelineKey(seen.tenant, { id: finding.id, at: now, key: entry.key });
  return [
    { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } },
    ...coverWrites({ ...stored, findingId: finding.id }),
  ];
}

type Context = {
  readonly seen: SeenDraft;
  readonly finding: Finding;
  readonly change: Seen["change"];
  readonly now: Timestamp;
  /** What mutes the response to it. */
  readonly exception: StoredException | undefined;
};

function membershipWrite({ seen, finding }: Context): Write {
  const { identity, time } = seen.sighting;
  const key = membershipKey(seen.tenant, { id: finding.id, identity });
  return {
    kind: "put",
    item: { ...key, ...encode("membership", { identity, time, actor: seen.draft.actor?.arn ?? null }) },
    when: { kind: "absent" },
  };
}

export function findingWrite(finding: Finding, known: Item | undefined): Write {
  const item = {
    ...findingKey(finding.tenant, finding.id),
    ...encode("finding", finding),
    indexes: findingIndexes(finding),
  };
  return { kind: "put", item, when: known ? { kind: "version", version: known.version } : { kind: "absent" } };
}

const TOLD: Readonly<Record<Seen["change"], string>> = {
  opened: "Opened by event",
  seen: "Seen again in event",
  reopened: "Reopened by event",
};

function timelineWrite({ seen, finding, change, now }: Context): Write {
  const entry = timelineEntry(finding.id, {
    at: now,
    kind: `finding.${change}`,
    by: "record-finding",
    text: `${TOLD[change]} ${seen.sighting.identity} of ${seen.sighting.time}`,
    correlationId: seen.correlationId,
    executionId: seen.executionId,
    cause: seen.sighting.identity,
  });
  const key = timelineKey(seen.tenant, { id: finding.id, at: now, key: entry.key });
  return { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } };
}

function recordOf({ seen, finding, change, now, exception }: Context): RecordDraft {
  const { draft, sighting, tenant } = seen;
  return {
    idempotencyKey: `finding ${finding.id} ${sighting.identity}`,
    time: now,
    at: sighting.time,
    tenant,
    entity_type: "finding",
    this: finding.id,
    did: change,
    status: finding.status,
    ...(exception === undefined ? {} : { related: [exception.exception.id] }),
    generation: finding.generation,
    event_id: sighting.identity.slice(0, 512),
    correlation_id: seen.correlationId,
    detection: draft.detection,
    detection_version: draft.detectionVersion,
    severity: draft.severity,
    account: draft.account,
    region: draft.region,
    resource: { ...draft.resource },
    ...(draft.actor === null ? {} : { who: (draft.actor.arn ?? draft.actor.id).slice(0, 512), who_type: "principal" }),
    ...(draft.controls.length === 0 ? {} : { controls: draft.controls.slice(0, 100) }),
  };
}
