import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Exception, ExceptionState } from "@ephor/domain/exception";
import { EXCEPTION_TRANSITIONS } from "@ephor/domain/exception-rules";
import type { ExceptionId } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { cancelWrites } from "./cancel-asked.ts";
import { effectWrite } from "./effects.ts";
import { exceptionRecord, exceptionWrite } from "./exception-items.ts";
import { decode } from "./items.ts";
import { EXCEPTIONS_DUE, exceptionKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Random, Store, Write } from "./ports.ts";
import { queryAll } from "./query-all.ts";

export type ExceptionDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly channels: () => readonly string[];
};

export type ExceptionChange = {
  readonly tenant: Tenant;
  readonly id: ExceptionId;
  readonly to: Exclude<ExceptionState, "requested">;
  /** A person's id, or what did it: `sweep`, `except`. */
  readonly by: string;
  readonly reason?: string;
  /** What an approval says, where it came to one. */
  readonly approval?: { readonly id: Exception["approvalId"]; readonly approvedBy: readonly string[] };
  readonly correlationId: string;
};
const ATTEMPTS_MAX = 10;
const PAGE = 100;

/**
 * Takes an exception on: active, rejected, revoked or expired, once, with its ledger record, a notice to every channel and
 * the effect that makes matching findings follow. Saying again what it already is changes nothing.
 * Errors: `exception.not-found`, `exception.refused`.
 */
export async function changeException(
  d: ExceptionDeps,
  change: ExceptionChange,
): Promise<Result<Exception, EphorError>> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const item = await d.store.get(exceptionKey(change.tenant, change.id));
    if (item === undefined) return err(ephorError("exception.not-found", `no exception ${change.id}`));
    const before = decode("exception", item);
    if (before.state === change.to) return ok(before);
    if (!EXCEPTION_TRANSITIONS[before.state].includes(change.to))
      return err(ephorError("exception.refused", `${change.id} is ${before.state} and cannot become ${change.to}`));
    const after = changed(d, { before, change });
    const told = toldWrites(d, { before, after, change });
    const asked = await askedWrites(d, { before, change });
    const done = await d.store.transact([exceptionWrite(after, item), ...told, ...asked]);
    if (done.ok) return ok(after);
    if (done.error.code !== "store.conflict") return done;
  }
  return err(ephorError("store.conflict", `exception ${change.id} changed ${ATTEMPTS_MAX} times while it was written`));
}

/** A request that has ended is not asked for any more: nobody approves what can never begin. */
async function askedWrites(d: ExceptionDeps, { before, change }: Changing): Promise<readonly Write[]> {
  const { tenant, id: exceptionId, to, by, correlationId } = change;
  if (before.state !== "requested" || to === "active") return [];
  const reason = `${exceptionId} is ${to}`;
  return cancelWrites(d, { tenant, subject: { kind: "exception", exceptionId }, by, reason, correlationId });
}

type Changing = { readonly before: Exception; readonly change: ExceptionChange };

function changed(d: ExceptionDeps, { before, change }: Changing): Exception {
  const { to, by, approval, reason } = change;
  const decided = approval === undefined ? {} : { approvalId: approval.id, approvedBy: approval.approvedBy };
  if (to === "active") return { ...before, ...decided, state: to };
  const ended = { endedAt: d.clock.now(), endedBy: by, ...(reason === undefined ? {} : { endReason: reason }) };
  return { ...before, ...decided, ...ended, state: to };
}

function toldWrites(d: ExceptionDeps, { before, after, change }: Changing & { after: Exception }): readonly Write[] {
  const at = d.clock.now();
  const { tenant, id } = after;
  const { correlationId, reason } = change;
  const record = exceptionRecord(after, { did: after.state, at, who: change.by });
  const told = d.channels().map((channel) => {
    const notice = { kind: "exception", exceptionId: id, state: after.state } as const;
    return effectWrite({ tenant, at, effect: { kind: "notify", channel, notice, correlationId } });
  });
  const hasFindings = after.state === "active" || before.state === "active";
  return [
    appendRecord(d, { ...record, status_before: before.state, ...(reason === undefined ? {} : { reason }) }),
    ...told,
    ...(hasFindings ? [coverWrite(after, at)] : []),
  ];
}

function coverWrite({ tenant, id, state, correlationId }: Exception, at: Exception["requestedAt"]): Write {
  const input = { v: 1, tenant, exceptionId: id, correlationId };
  const name = `cover-${id}-${state}`;
  return effectWrite({
    tenant,
    at,
    effect: { kind: "start-execution", workflow: "cover", name, input, correlationId },
  });
}

/** Ends what has run out: active exceptions, and requests that nobody decided on. Gives how many. */
export async function expireExceptions(d: ExceptionDeps, tenant: Tenant): Promise<{ expired: number }> {
  const now = d.clock.now();
  let expired = 0;
  const due = { tenant, index: "due", pk: EXCEPTIONS_DUE, to: now, limit: PAGE } as const;
  const ids: Exception[] = [];
  for await (const item of queryAll(d.store, due)) ids.push(decode("exception", item));
  for (const { id, correlationId } of ids) {
    const ended = await changeException(d, { tenant, id, to: "expired", by: "sweep", correlationId });
    expired += Number(ended.ok);
  }
  return { expired };
}
