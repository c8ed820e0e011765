import type { ApprovalTerms } from "@ephor/domain/approval";
import type { EphorError } from "@ephor/domain/error";
import type { Response } from "@ephor/domain/response";
import { ok, type Result } from "@ephor/domain/result";
import { callsText } from "./calls-text.ts";
import { cancelWrites } from "./cancel-asked.ts";
import { encode, type StoredPlan } from "./items.ts";
import { planKey } from "./keys.ts";
import { letGoWrites } from "./let-go.ts";
import type { Planned, PlanningDeps } from "./planning.ts";
import type { Write } from "./ports.ts";
import { type ResponseRef, readFinding, readResponse, responseWrite, stepWrites, writeStep } from "./response-items.ts";
import { statusWrites } from "./transition-finding.ts";

export type KeepPlan = {
  readonly ref: ResponseRef;
  readonly attempt: number;
  readonly plan: StoredPlan;
  readonly terms: ApprovalTerms;
  readonly forcedBy: string | null;
  readonly policyVersion: number;
  /** Why it is a plan to read and never to apply; null where it may be applied. */
  readonly onlyPlan: string | null;
};

/**
 * Keeps a plan with its terms, once an attempt: plan, response, the finding's status, timeline and ledger are one
 * transaction. Asked again for the same attempt it answers what was kept then, whatever stands in AWS now.
 */
export async function keepPlan(d: PlanningDeps, of: KeepPlan): Promise<Result<Planned, EphorError>> {
  const kept = await writeStep(d, () => planWrites(d, of));
  if (kept.ok) return ok(await answered(d, { of, isNew: kept.value.isNew }));
  if (kept.error.code !== "store.too-large") return kept;
  return ok({ outcome: "unplannable", detail: "the plan is too large to be kept" });
}

async function answered(d: PlanningDeps, { of, isNew }: { of: KeepPlan; isNew: boolean }): Promise<Planned> {
  const stored = isNew ? undefined : (await readResponse(d, of.ref))?.response;
  const planHash = stored?.planHash ?? of.plan.hash;
  const terms = stored?.terms ?? of.terms;
  if (of.onlyPlan !== null) return { outcome: "plan-only", detail: of.onlyPlan, planHash };
  const detail = `${of.plan.title}: ${callsText(of.plan.calls)}`;
  return { outcome: "planned", detail, planHash, terms, requester: of.forcedBy ?? `policy ${of.policyVersion}` };
}

async function planWrites(d: PlanningDeps, of: KeepPlan): Promise<Result<readonly Write[], EphorError>> {
  const { ref, plan, terms, attempt, onlyPlan } = of;
  const [found, known] = [await readFinding(d, ref), await readResponse(d, ref)];
  if (!found.ok) return found;
  const at = d.clock.now();
  const isAsked = terms.approvalsNeeded > 0 && onlyPlan === null;
  const response: Response = {
    ...{ generation: ref.generation, state: isAsked ? "awaiting-approval" : "planning", end: null },
    ...{ detail: textOf(of), planHash: plan.hash, terms, approvalId: null, endedAt: null },
    ...{ startedAt: known?.response.startedAt ?? at, executionId: ref.executionId, forcedBy: of.forcedBy },
  };
  const put: Write = {
    kind: "put",
    item: { ...planKey(ref.tenant, { ...ref, planHash: plan.hash }), ...encode("plan", plan) },
    when: { kind: "any" },
  };
  const { remediation, remediationVersion, account, region, resource, risk } = plan;
  const asked = {
    to: "awaiting-approval",
    cause: "response",
    by: "respond",
    reason: "a plan waits for approval",
  } as const;
  const held = known === undefined ? [] : await letGoWrites(d, { ref, plan, earlier: known.response.planHash });
  const replaced = await replacedWrites(d, { of, earlier: known?.response.planHash ?? null });
  return ok([
    ...stepWrites(d, ref, {
      ...{ at, kind: "response.planned", text: textOf(of), cause: `plan ${attempt}` },
      record: {
        ...{ entity_type: "plan", did: "planned", parent: ref.findingId, this: plan.hash, plan_hash: plan.hash },
        ...{ remediation, remediation_version: remediationVersion, account, region, resource: { ...resource } },
        ...{ risk_level: risk, policy_version: String(of.policyVersion), approvals_min: terms.approvalsNeeded },
        input: { calls: plan.calls.map((call) => ({ ...call })) },
        metadata: { basis: plan.basis, attempt },
      },
    }),
    put,
    responseWrite(ref, { response, known: known?.item }),
    ...held,
    ...replaced,
    ...(isAsked ? statusWrites(d, { ...asked, at, correlationId: ref.correlationId, stored: found.value }) : []),
  ]);
}

/** Another plan is another approval: that of the plan before is not asked for, and holds, no more. */
async function replacedWrites(
  d: PlanningDeps,
  { of, earlier }: { of: KeepPlan; earlier: string | null },
): Promise<readonly Write[]> {
  if (earlier === null || earlier === of.plan.hash) return [];
  const { tenant, findingId, generation, correlationId } = of.ref;
  const subject = { kind: "plan", findingId, generation, planHash: earlier } as const;
  return cancelWrites(d, { tenant, subject, by: "respond", reason: "the plan has changed", correlationId });
}

function textOf({ plan, terms, onlyPlan, forcedBy }: KeepPlan): string {
  const owner = plan.owner === null ? "" : `; ${plan.owner.tool} ${plan.owner.name} owns it and would set it back`;
  const planned = `Planned "${plan.title}" by ${plan.remediation}: ${callsText(plan.calls)}${owner}`;
  if (onlyPlan !== null) return `${planned}; to be carried out by hand: ${onlyPlan}`;
  if (forcedBy !== null) return `${planned}; applied at once: ${forcedBy} used break-glass`;
  if (terms.approvalsNeeded === 0) return `${planned}; applied without approval`;
  return `${planned}; needs ${terms.approvalsNeeded} ${terms.approvalsNeeded === 1 ? "approval" : "approvals"}`;
}
