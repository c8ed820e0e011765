import { setTimeout as delay } from "node:timers/promises";
import type { Approval } from "@ephor/domain/approval";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { type ApprovalDeps, type ApprovalNotFound, approvalWrite, readApproval } from "./approval-items.ts";
import { type Backoff, delayMs } from "./backoff.ts";
import type { Write } from "./ports.ts";
import { serialByKey } from "./serially.ts";

/** Of one approval: what it becomes and what goes with it. The same approval again means that there is nothing to write. */
export type ApprovalChange = { readonly approval: Approval; readonly writes: readonly Write[] };
export type ChangeError = ApprovalNotFound | EphorError<"store.conflict" | "store.too-large" | "store.invalid">;

/** Other processes may write the same approval: each loser waits a moment of its own and looks again. */
const RACE: Backoff = { retries: 60, firstMs: 5, factor: 1.6, maxMs: 400 };

type Asked<E extends EphorError> = {
  readonly tenant: Tenant;
  readonly approvalId: string;
  readonly change: (known: Approval, now: Timestamp) => Promise<Result<ApprovalChange, E>> | Result<ApprovalChange, E>;
};

/**
 * Changes approvals, one change of each at a time within this process and by version between processes, so that no change
 * is lost or made twice. Gives the approval after it, and whether anything was written.
 * Errors: those of `change`; `approval.not-found`; `store.conflict` after a long run of lost races.
 */
export function approvalChanger(serially = serialByKey()) {
  return <E extends EphorError>(
    d: ApprovalDeps,
    asked: Asked<E>,
  ): Promise<Result<{ approval: Approval; isChanged: boolean }, E | ChangeError>> =>
    serially(`${asked.tenant} ${asked.approvalId}`, () => tryUntilWritten(d, asked));
}

export const changeApproval = approvalChanger();

async function tryUntilWritten<E extends EphorError>(
  d: ApprovalDeps,
  { change, ...of }: Asked<E>,
): Promise<Result<{ approval: Approval; isChanged: boolean }, E | ChangeError>> {
  for (let attempts = 1; ; attempts++) {
    const known = await readApproval(d, of);
    if (!known.ok) return known;
    const changed = await change(known.value.approval, d.clock.now());
    if (!changed.ok) return changed;
    const { approval, writes } = changed.value;
    if (approval === known.value.approval) return ok({ approval, isChanged: false });
    const done = await d.store.transact([approvalWrite(approval, known.value.item), ...writes]);
    if (done.ok) return ok({ approval, isChanged: true });
    if (done.error.code !== "store.conflict") return err(done.error);
    const waitMs = delayMs(RACE, { attempts, random: d.random });
    if (waitMs === undefined) {
      return err(
        ephorError("store.conflict", `approval ${of.approvalId} changed ${attempts} times while it was written`),
      );
    }
    await delay(waitMs);
  }
}
