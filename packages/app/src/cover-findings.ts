import type { EphorError } from "@ephor/domain/error";
import type { Exception } from "@ephor/domain/exception";
import { isActive, isCovered } from "@ephor/domain/exception-rules";
import type { Finding } from "@ephor/domain/finding";
import { mayTransition } from "@ephor/domain/finding-status";
import type { ExceptionId } from "@ephor/domain/ids";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { coveredBy, coverKey, coverWrites, exceptionFor, type StoredException } from "./exception-items.ts";
import { decode } from "./items.ts";
import { exceptionKey, FINDING_SHARDS, findingKey, findingsOpen } from "./keys.ts";
import type { Item, Position, Write } from "./ports.ts";
import { type Transition, type TransitionDeps, transitionFinding } from "./transition-finding.ts";

export type Covering = {
  readonly tenant: Tenant;
  readonly exceptionId: ExceptionId;
  /** Where the last call left off, as it said. */
  readonly cursor: CoverCursor | null;
  readonly correlationId: string;
};
export type CoverCursor = { readonly shard: number; readonly after: Position | null };
export type Covered = { readonly changed: number; readonly cursor: CoverCursor | null };

/** So that one call stays far below its 30 s. */
const PAGE = 50;

/**
 * Makes findings follow their exception: while it is active the open ones that it covers become `excepted`, after its end
 * those that it muted reopen, unless another one covers them. A page at a time; `cursor: null` is the end.
 */
export async function coverFindings(d: TransitionDeps, covering: Covering): Promise<Result<Covered, EphorError>> {
  const item = await d.store.get(exceptionKey(covering.tenant, covering.exceptionId));
  if (item === undefined) return ok({ changed: 0, cursor: null });
  const exception = decode("exception", item);
  if (isActive(exception, d.clock.now())) return muteOpen(d, { covering, exception, version: item.version });
  return reopenMuted(d, { covering, exception });
}

type Muting = StoredException & { readonly covering: Covering };

async function muteOpen(
  d: TransitionDeps,
  { covering, exception, version }: Muting,
): Promise<Result<Covered, EphorError>> {
  const { tenant } = covering;
  const { shard, after } = covering.cursor ?? { shard: 0, after: null };
  if (shard >= FINDING_SHARDS) return ok({ changed: 0, cursor: null });
  const page = await d.store.query({
    ...{ tenant, index: "byOpen", pk: findingsOpen(shard), limit: PAGE },
    ...(after === null ? {} : { after }),
  });
  let changed = 0;
  for (const item of page.items) {
    const finding = decode("finding", item);
    if (!isCovered(exception.scope, finding)) continue;
    if (!mayTransition({ from: finding.status, to: "excepted", cause: "exception" })) continue;
    const done = await transitionFinding(d, mutedBy({ exception, version, finding }));
    // Gone on meanwhile, or the exception ended: the one is no longer open, the other has its own run.
    if (done.ok) changed += 1;
    else if (done.error.code === "store.conflict") return done;
  }
  if (page.next !== undefined) return ok({ changed, cursor: { shard, after: page.next } });
  return ok({ changed, cursor: shard + 1 < FINDING_SHARDS ? { shard: shard + 1, after: null } : null });
}

function mutedBy({ exception, version, finding }: StoredException & { readonly finding: Finding }): Transition {
  const { tenant, id, correlationId } = exception;
  return {
    ...{ tenant, id: finding.id, to: "excepted", cause: "exception", by: id, correlationId },
    reason: `exception ${id} covers it until ${exception.expiresAt}`,
    alongside: coverWrites({ exception, version, findingId: finding.id }),
  };
}

async function reopenMuted(
  d: TransitionDeps,
  { covering, exception }: Omit<Muting, "version">,
): Promise<Result<Covered, EphorError>> {
  let changed = 0;
  for await (const cover of coveredBy(d.store, { tenant: exception.tenant, id: exception.id })) {
    const done = await reopenOne(d, { exception, cover });
    if (!done.ok) return done;
    changed += Number(done.value);
    // Each is deleted as it is done, so the next call begins at the first that is left.
    if (changed >= PAGE) return ok({ changed, cursor: { shard: (covering.cursor?.shard ?? 0) + 1, after: null } });
  }
  return ok({ changed, cursor: null });
}

type Reopening = { readonly exception: Exception; readonly cover: Item };

async function reopenOne(d: TransitionDeps, { exception, cover }: Reopening): Promise<Result<boolean, EphorError>> {
  const { tenant, id } = exception;
  const findingId = String(cover.data["findingId"]);
  const item = await d.store.get(findingKey(tenant, findingId));
  const finding = item && decode("finding", item);
  const gone: Write = { kind: "delete", key: coverKey(tenant, { id, findingId }), when: { kind: "any" } };
  if (finding?.status !== "excepted") return settled(await d.store.transact([gone]), false);
  const other = await exceptionFor(d, { tenant, finding });
  if (other !== undefined)
    return settled(await d.store.transact([gone, ...coverWrites({ ...other, findingId })]), false);
  const { correlationId, state, endReason } = exception;
  const reason = [`exception ${id} is ${state}`, ...(endReason === undefined ? [] : [endReason])].join(": ");
  const change = { tenant, id: finding.id, to: "reopened", cause: "exception", by: id, reason, correlationId } as const;
  return settled(await transitionFinding(d, { ...change, alongside: [gone] }), true);
}

const settled = (done: Result<unknown, EphorError>, isChange: boolean): Result<boolean, EphorError> =>
  done.ok ? ok(isChange) : done;
