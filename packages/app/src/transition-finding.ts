import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { type Finding, type FindingLine, type FindingStatus, findingLine } from "@ephor/domain/finding";
import { mayTransition, type TransitionCause } from "@ephor/domain/finding-status";
import { surroundingsIn } from "@ephor/domain/response-policy";
import { err, ok, type Result } from "@ephor/domain/result";
import { reopen } from "@ephor/domain/see-finding";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { timelineEntry } from "@ephor/domain/timeline";
import { cancelAskedWrites } from "./cancel-asked.ts";
import { closedNotices } from "./closed-notices.ts";
import { decode, encode } from "./items.ts";
import { findingKey, timelineKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Item, Random, Store, Write } from "./ports.ts";
import { findingWrite } from "./record-finding.ts";
import { requestResponse } from "./request-response.ts";

export type Transition = {
  readonly tenant: Tenant;
  readonly id: string;
  readonly to: FindingStatus;
  readonly cause: TransitionCause;
  readonly reason: string;
  readonly by: string;
  readonly correlationId: string;
  /** Further writes of the same transaction. */
  readonly alongside?: readonly Write[];
};
export type TransitionDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Pick<Config, "responsePolicy" | "accounts" | "channels">;
};
const ATTEMPTS_MAX = 10;

/**
 * Changes a finding's status as the one table of transitions allows, with its timeline entry and ledger record; one that
 * is closed so is closed for those as well who hold an incident of it.
 * Errors: `finding.not-found`; `finding.transition-refused`; `store.conflict` after ten lost races.
 */
export async function transitionFinding(
  d: TransitionDeps,
  change: Transition,
): Promise<Result<FindingLine, EphorError>> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const item = await d.store.get(findingKey(change.tenant, change.id));
    if (item === undefined) return err(ephorError("finding.not-found", `no finding ${change.id}`));
    const before = decode("finding", item);
    const { to, cause } = change;
    if (!mayTransition({ from: before.status, to, cause })) {
      return err(
        ephorError("finding.transition-refused", `a ${cause} cannot take a finding from ${before.status} to ${to}`),
      );
    }
    const now = d.clock.now();
    const after = transitioned(before, { to, now });
    const told = toldWrites(d, { before, after, change, now });
    const answer = to === "reopened" ? answerWrites(d, { finding: after, at: now, change }) : [];
    const asked =
      before.status === "awaiting-approval" ? await cancelAskedWrites(d, { ...change, finding: before }) : [];
    const closed = await closedNotices(d, { finding: after, at: now, correlationId: change.correlationId });
    const further = [...answer, ...asked, ...closed, ...(change.alongside ?? [])];
    const done = await d.store.transact([findingWrite(after, item), ...told, ...further]);
    if (done.ok) return ok(findingLine(after));
    if (done.error.code !== "store.conflict") return done;
  }
  return err(ephorError("store.conflict", `finding ${change.id} changed ${ATTEMPTS_MAX} times while it was written`));
}

/** A new life is answered as the policy asks, like one that an event begins. */
function answerWrites(
  { config }: TransitionDeps,
  { finding, at, change }: { finding: Finding; at: Timestamp; change: Transition },
): readonly Write[] {
  const { correlationId } = change;
  const channels = () => Object.keys(config.channels);
  const deps = { policy: config.responsePolicy, surroundingsOf: surroundingsIn(config), channels };
  return requestResponse(deps, { finding, at, correlationId });
}

type Status = Omit<Transition, "tenant" | "id" | "alongside"> & {
  readonly stored: { readonly finding: Finding; readonly item: Item };
  readonly at: Timestamp;
};

/**
 * The writes of a change of status, for those who write more in the same transaction; none where the table of transitions
 * has no such change. A new life that begins so is not answered.
 */
export function statusWrites(d: { readonly random: Random }, status: Status): readonly Write[] {
  const { stored, at, ...asked } = status;
  const { finding: before, item } = stored;
  if (!mayTransition({ from: before.status, to: asked.to, cause: asked.cause })) return [];
  const after = transitioned(before, { to: asked.to, now: at });
  const change = { ...asked, tenant: before.tenant, id: before.id };
  return [findingWrite(after, item), ...toldWrites(d, { before, after, change, now: at })];
}

function transitioned(before: Finding, { to, now }: { to: FindingStatus; now: Timestamp }): Finding {
  if (to === "reopened") return reopen(before);
  return { ...before, status: to, resolvedAt: to === "resolved" ? now : before.resolvedAt };
}

/** A response that ends as the finding does says so first: said once is enough. */
const unrepeated = (reason: string, status: FindingStatus): string =>
  reason.startsWith(`${status}: `) ? reason.slice(status.length + 2) : reason;

type Told = { before: Finding; after: Finding; change: Transition; now: Timestamp };

function toldWrites(d: { random: Random }, { before, after, change, now }: Told): readonly Write[] {
  const { tenant, id, by, reason, correlationId } = change;
  const cause = `${before.status} ${after.status} ${after.generation} ${now}`;
  const text = `${before.status} -> ${after.status}: ${unrepeated(reason, after.status)}`;
  const entry = timelineEntry(after.id, { at: now, kind: "finding.transitioned", by, text, correlationId, cause });
  return [
    {
      kind: "put",
      item: { ...timelineKey(tenant, { id, at: now, key: entry.key }), ...encode("timeline", entry) },
      when: { kind: "absent" },
    },
    appendRecord(d, {
      idempotencyKey: `transition ${id} ${cause}`,
      time: now,
      tenant,
      entity_type: "finding",
      this: id,
      did: "transitioned",
      status: after.status,
      status_before: before.status,
      generation: after.generation,
      reason,
      who: by,
      correlation_id: correlationId,
    }),
  ];
}
