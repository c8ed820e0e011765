import type { ApprovalTerms } from "@ephor/domain/approval";
import { mayExecute } from "@ephor/domain/approval-decision";
import type { Config } from "@ephor/domain/config/config";
import type { EphorError } from "@ephor/domain/error";
import type { Response, ResponseEnd } from "@ephor/domain/response";
import { decideResponse, surroundingsIn } from "@ephor/domain/response-policy";
import { assertNever, ok, type Result } from "@ephor/domain/result";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { readApplyingSwitch } from "./applying-switch.ts";
import { approvalIdFor, readApproval } from "./approval-items.ts";
import { readBudgets, roomAt } from "./change-budget.ts";
import { exceptionFor } from "./exception-items.ts";
import type { Clock, Random, Remediations, Store, Write } from "./ports.ts";
import { budgetKeyOf, type Grounds, type ReserveRequest, subjectOf } from "./reservation.ts";
import { askWrites, reservationWrites, waitWrites } from "./reservation-writes.ts";
import { isFreeFor, readLease } from "./resource-lease.ts";
import { readFinding, readPlan, readResponse, writeStep } from "./response-items.ts";
import { surroundingsOf } from "./response-target.ts";
import { responseTerms } from "./response-terms.ts";
import { serialByKey } from "./serially.ts";

export type ReserveDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Pick<Config, "groups" | "remediation" | "responsePolicy" | "accounts" | "people" | "channels">;
  readonly remediations: Remediations;
};
/**
 * `wait`: not now, ask again. `ask`: not without approval, on `terms`. `ended`: never.
 * Every member is always there: a workflow's expressions find no absent ones.
 */
export type Reserved = {
  readonly kind: "reserved" | "wait" | "ask" | "ended";
  readonly retryAfterSeconds: number;
  readonly outcome: ResponseEnd | null;
  readonly detail: string;
  readonly terms: ApprovalTerms | null;
};

const reserved = (kind: Reserved["kind"], more: Partial<Reserved> = {}): Reserved => ({
  ...{ kind, retryAfterSeconds: 0, outcome: null, detail: "", terms: null },
  ...more,
});
const ended = (outcome: ResponseEnd, detail: string): Reserved => reserved("ended", { outcome, detail });

/** How often an obstacle is looked at again; at most 72 h of it stay below 25,000 events of history. */
const AGAIN_SECONDS = 300;
const BUSY_SECONDS = 180;
const BUDGET_SECONDS_MAX = 900;

/**
 * Every reservation, whoever's, writes the one budget of all accounts: a hundred at once would lose against each other until
 * none is left to try.
 */
const serially = serialByKey();
const ALL_TENANTS = "all";

/**
 * Lets a plan be applied, in one transaction: nobody has stopped applying, the approval holds at this moment, the budgets
 * have room, and the resource is held for this execution alone. What is in the way for now is waited for until the
 * approval would have expired.
 */
export const reserveApply = (d: ReserveDeps, of: ReserveRequest): Promise<Result<Reserved, EphorError>> =>
  serially(ALL_TENANTS, () => reserveInTurn(d, of));

async function reserveInTurn(d: ReserveDeps, of: ReserveRequest): Promise<Result<Reserved, EphorError>> {
  let answer = reserved("reserved");
  const written = await writeStep(d, async () => {
    const grounds = await groundsOf(d, of);
    if (!grounds.ok) return grounds;
    const against = await objection(d, { of, grounds: grounds.value });
    answer = against ?? reserved("reserved");
    return ok(writesFor(d, { of, grounds: grounds.value, answer }));
  });
  return written.ok ? ok(answer) : written;
}

type Answering = Judged & { readonly answer: Reserved };

function writesFor(d: ReserveDeps, { of, grounds, answer }: Answering): readonly Write[] {
  switch (answer.kind) {
    case "reserved":
      return reservationWrites(d, { of, grounds });
    case "ask":
      return askWrites(d, { of, grounds, terms: answer.terms });
    case "wait":
      return waitWrites(d, { of, grounds, detail: answer.detail, why: obstacleTo(d, { of, grounds })?.outcome ?? "" });
    case "ended":
      return NOTHING;
    default:
      return assertNever(answer.kind);
  }
}

/** Nothing to write: `writeStep` takes an empty transaction as done. */
const NOTHING = [] as const;

async function groundsOf(d: ReserveDeps, of: ReserveRequest): Promise<Result<Grounds, EphorError>> {
  const found = await readFinding(d, of);
  if (!found.ok) return found;
  const planned = await readPlan(d, of);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  const now = d.clock.now();
  const stored = await readResponse(d, of);
  if (stored === undefined) throw new Error(`finding ${of.findingId} has a plan and no response`);
  const leased = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  const [approval, stop, lease, budgets] = await Promise.all([
    readApproval(d, { tenant: of.tenant, approvalId: approvalIdFor(of.tenant, subjectOf(of)) }),
    readApplyingSwitch(d, of.tenant),
    readLease(d, of.tenant, leased),
    readBudgets(d, { tenant: of.tenant, account: plan.account, key: budgetKeyOf(of), now }),
  ]);
  // What needs no approval rests on none, not even on one that was asked for before.
  const isNeeded = of.run === "undo" || stored.response.terms?.approvalsNeeded !== 0;
  const known = approval.ok && isNeeded ? approval.value : undefined;
  return ok({ found: found.value, stored, plan, approval: known, stop, lease, budgets, now });
}

type Judged = { readonly of: ReserveRequest; readonly grounds: Grounds };

/** Why nothing may be applied at this moment; undefined where all is well. */
async function objection(d: ReserveDeps, judged: Judged): Promise<Reserved | undefined> {
  const { of, grounds } = judged;
  const gone = movedOn(judged) ?? (await muted(d, judged)) ?? denied(grounds);
  if (gone !== undefined) return gone;
  if (!d.config.remediation.enabled) return ended("plan-only", "remediation is off");
  const changed = await policyChanged(d, judged);
  if (changed !== undefined) return changed;
  const obstacle = obstacleTo(d, judged);
  if (obstacle?.askInstead === true) return askTerms(grounds.stored.response);
  if (obstacle !== undefined) return waitFor(obstacle, grounds);
  return approvalFault(d, { of, grounds });
}

function movedOn({ of, grounds }: Judged): Reserved | undefined {
  if (of.run === "undo") return undefined;
  const { finding } = grounds.found;
  const { response } = grounds.stored;
  if (finding.generation !== of.generation) return ended("cancelled", "the finding has begun another life");
  if (finding.status === "resolved") return ended("cancelled", "the finding was resolved meanwhile");
  if (finding.status === "excepted") return ended("excepted", "an exception covers the finding");
  if (response.executionId === of.executionId && response.planHash === of.planHash) return undefined;
  return ended("cancelled", "another execution answers this finding by now");
}

async function muted(d: ReserveDeps, { of, grounds }: Judged): Promise<Reserved | undefined> {
  if (of.run === "undo" || grounds.stored.response.forcedBy !== null) return undefined;
  const covering = await exceptionFor(d, { tenant: of.tenant, finding: grounds.found.finding });
  return covering && ended("excepted", `${covering.exception.id} covers it until ${covering.exception.expiresAt}`);
}

/**
 * What is to go without approval goes by the policy of this moment: rules, people and events may be others than when it
 * was planned, and it may have waited for long.
 */
async function policyChanged(d: ReserveDeps, { of, grounds }: Judged): Promise<Reserved | undefined> {
  const { stored, found, plan } = grounds;
  const { terms, forcedBy } = stored.response;
  if (of.run === "undo" || forcedBy !== null || terms?.approvalsNeeded !== 0) return undefined;
  const { finding } = found;
  const surroundings = surroundingsOf(plan.tags, surroundingsIn(d.config)(finding.account));
  const decision = decideResponse(d.config.responsePolicy, { finding, surroundings });
  if (decision.mode === "observe" || decision.mode === "notify")
    return ended("observed", `by the policy of now the answer is ${decision.mode}`);
  const now = await responseTerms(d, { finding, plan, decision, environment: surroundings.environment });
  if (now.approvalsNeeded === 0) return undefined;
  return reserved("ask", { terms: now, detail: "by the policy of now it needs approval" });
}

const DENIALS = { rejected: "rejected", expired: "expired", cancelled: "cancelled" } as const;

function denied({ approval }: Grounds): Reserved | undefined {
  const state = approval?.approval.state;
  if (state !== "rejected" && state !== "expired" && state !== "cancelled") return undefined;
  return ended(DENIALS[state], `the approval is ${state}`);
}

type Obstacle = {
  readonly outcome: Extract<ResponseEnd, "stopped" | "resource-busy" | "budget-spent">;
  readonly detail: string;
  readonly againSeconds: number;
  /** What is meant to go without approval asks for one where the budget is spent. */
  readonly askInstead?: boolean;
};

function obstacleTo(d: ReserveDeps, { of, grounds }: Judged): Obstacle | undefined {
  const { stop, lease, now, stored } = grounds;
  if (stop.stopped !== null) return { outcome: "stopped", detail: stop.stopped, againSeconds: AGAIN_SECONDS };
  if (!isFreeFor(lease, { owner: of.executionId, now })) {
    const detail = `another response changes the resource, at the latest until ${lease.lease?.until}`;
    return { outcome: "resource-busy", detail, againSeconds: BUSY_SECONDS };
  }
  // Rollbacks and break-glass need no room, and are counted.
  const isFree = of.run === "undo" || stored.response.forcedBy !== null;
  const room = isFree ? null : roomAt(grounds.budgets, d.config.responsePolicy.budget);
  if (room === null) return undefined;
  const seconds = room === "never" ? BUDGET_SECONDS_MAX : secondsUntil(room, now);
  return {
    outcome: "budget-spent",
    detail: "as many changes as the response policy allows within an hour have been applied",
    againSeconds: Math.min(BUDGET_SECONDS_MAX, Math.max(AGAIN_SECONDS, seconds)),
    askInstead: stored.response.terms?.approvalsNeeded === 0,
  };
}

const secondsUntil = (then: Timestamp, now: Timestamp): number => Math.ceil((epochMsOf(then) - epochMsOf(now)) / 1000);

function waitFor(obstacle: Obstacle, grounds: Grounds): Reserved {
  const { outcome, detail, againSeconds } = obstacle;
  const left = secondsUntil(deadlineOf(grounds), grounds.now);
  if (left <= 0) return ended(outcome, detail);
  return reserved("wait", { retryAfterSeconds: Math.min(left, againSeconds), detail });
}

/** When an approval expires, or would have: what was decided is not kept for ever. */
function deadlineOf({ approval, stored }: Grounds): Timestamp {
  if (approval !== undefined) return approval.approval.expiresAt;
  const { startedAt, terms } = stored.response;
  return addSeconds(startedAt, (terms?.expiresHours ?? 1) * 3600);
}

function askTerms({ terms }: Response): Reserved {
  if (terms === null) throw new Error("a plan without terms");
  const approvalsNeeded = Math.max(1, terms.groups.length);
  const because = [...terms.because, "the budget of changes within an hour is spent"];
  return reserved("ask", { terms: { ...terms, approvalsNeeded, because }, detail: "the budget is spent" });
}

/** Looked at in the store, at this moment: what an execution was told hours ago may not hold any more. */
function approvalFault(d: ReserveDeps, { of, grounds }: Judged): Reserved | undefined {
  const { approval, stored, now } = grounds;
  if (of.run === "apply" && stored.response.terms?.approvalsNeeded === 0) return undefined;
  if (approval === undefined) return ended("cancelled", "nobody was asked for the approval that it needs");
  const may = mayExecute(approval.approval, { groups: d.config.groups, now, planHash: of.planHash });
  if (may.ok) return undefined;
  return ended(approval.approval.expiresAt <= now ? "expired" : "cancelled", may.error.message);
}
