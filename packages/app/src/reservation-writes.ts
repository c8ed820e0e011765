import type { ApprovalTerms } from "@ephor/domain/approval";
import type { Response } from "@ephor/domain/response";
import { countWrites } from "./change-budget.ts";
import type { Random, Write } from "./ports.ts";
import type { Grounds, ReserveRequest } from "./reservation.ts";
import { holdWrite } from "./resource-lease.ts";
import { responseWrite, stepWrites } from "./response-items.ts";
import { statusWrites } from "./transition-finding.ts";

type Reserving = { readonly of: ReserveRequest; readonly grounds: Grounds };

/** What reserving writes: the lease, the budgets, the response and the finding under way; all that it rests on is checked. */
export function reservationWrites(d: { readonly random: Random }, { of, grounds }: Reserving): readonly Write[] {
  const { tenant, executionId: owner, correlationId } = of;
  const { found, stored, plan, approval, stop, lease, budgets, now } = grounds;
  const leased = { account: plan.account, region: plan.region, resourceId: plan.resource.id };
  const isUndo = of.run === "undo";
  const text = isUndo
    ? "The change may be taken back now: the resource is held"
    : "May be applied: the resource is held";
  const response: Response = {
    ...stored.response,
    ...{ state: isUndo ? "rolling-back" : "applying", end: null, endedAt: null, detail: text, executionId: owner },
    approvalId: approval?.approval.id ?? null,
  };
  const begun = { to: "remediating", cause: "response", by: "respond", reason: "its plan is applied" } as const;
  return [
    ...stepWrites(d, of, {
      ...{ at: now, kind: "response.reserved", text, cause: `${of.run} ${of.attempt}` },
      record: { ...recordOf(of), did: isUndo ? "undo-reserved" : "reserved", account: plan.account },
    }),
    responseWrite(of, { response, known: stored.item }),
    holdWrite(lease, { tenant, of: leased, owner, now }),
    ...countWrites(budgets, now),
    ...stop.checks,
    ...checkOf(approval),
    ...(isUndo ? [] : statusWrites(d, { ...begun, at: now, correlationId, stored: found })),
  ];
}

function checkOf(approval: Grounds["approval"]): readonly Write[] {
  if (approval === undefined) return [];
  const { item } = approval;
  const { tenant, pk, sk } = item;
  return [{ kind: "check", key: { tenant, pk, sk }, when: { kind: "version", version: item.version } }];
}

/** What was to go without approval asks for one now: the budget is spent (findings.md, "Blast-radius budget"). */
export function askWrites(
  d: { readonly random: Random },
  { of, grounds, terms }: Reserving & { readonly terms: ApprovalTerms | null },
): readonly Write[] {
  const { found, stored, now } = grounds;
  const text = "The budget of changes without approval is spent: it needs one now";
  const response: Response = { ...stored.response, state: "awaiting-approval", terms, detail: text };
  const asked = { to: "awaiting-approval", cause: "response", by: "respond", reason: "the budget is spent" } as const;
  return [
    ...stepWrites(d, of, {
      ...{ at: now, kind: "response.reserved", text, cause: `ask ${of.attempt}` },
      record: { ...recordOf(of), did: "approval-needed" },
    }),
    responseWrite(of, { response, known: stored.item }),
    ...statusWrites(d, { ...asked, at: now, correlationId: of.correlationId, stored: found }),
  ];
}

type Waiting = Reserving & { readonly detail: string; readonly why: string };

/** That it may not be applied now, told once for each plan and each thing in its way, however often it asks. */
export function waitWrites(d: { readonly random: Random }, { of, grounds, detail, why }: Waiting): readonly Write[] {
  return stepWrites(d, of, {
    ...{ at: grounds.now, kind: "response.waits", text: `Waits: ${detail}` },
    cause: `waits ${of.run} ${of.attempt} ${why}`,
    record: { ...recordOf(of), did: "waits" },
  });
}

const recordOf = ({ findingId, planHash }: ReserveRequest) =>
  ({ entity_type: "plan", this: planHash, parent: findingId, plan_hash: planHash }) as const;
