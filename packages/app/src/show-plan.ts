import type { ApprovalTerms } from "@ephor/domain/approval";
import { awsCliCommand } from "@ephor/domain/aws-cli";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { FindingLine } from "@ephor/domain/finding";
import { findingLine } from "@ephor/domain/finding";
import type { FindingId } from "@ephor/domain/ids";
import type { Plan } from "@ephor/domain/plan";
import type { PlannedCall } from "@ephor/domain/remediation";
import type { Response } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { decode, type StoredPlan } from "./items.ts";
import { planKey } from "./keys.ts";
import type { Remediations, Store } from "./ports.ts";
import { readFinding, readResponse } from "./response-items.ts";
import { undoOf } from "./way-back.ts";

/** A call in words and as a command. */
export type CallShown = { readonly says: string; readonly command: string };
/** A plan as it can leave Ephor: for people who carry it out, or decide on it, elsewhere (remediation.md). */
export type ChangeRequest = {
  readonly finding: Pick<FindingLine, "id" | "detection" | "title" | "severity" | "status">;
  readonly plan: Plan;
  readonly calls: readonly CallShown[];
  /** How to take it back; empty where there is no way back. */
  readonly undo: readonly CallShown[];
  readonly approvers: Pick<ApprovalTerms, "groups" | "approvalsNeeded" | "because"> | null;
  /** Where the change belongs that would last: who made the resource by code. */
  readonly hint: string | null;
};

type Of = { readonly tenant: Tenant; readonly findingId: FindingId };

export const planOnly = ({ target: _, ...plan }: StoredPlan): Plan => plan;

/** The response to a finding's present life and its plan; null where there is none. */
export async function responseOf(
  d: { readonly store: Store },
  { tenant, findingId, generation }: Of & { readonly generation: number },
): Promise<{ readonly response: Response | null; readonly stored: StoredPlan | null }> {
  const response = (await readResponse(d, { tenant, findingId, generation }))?.response ?? null;
  if (response === null || response.planHash === null) return { response, stored: null };
  const item = await d.store.get(planKey(tenant, { findingId, generation, planHash: response.planHash }));
  return { response, stored: item === undefined ? null : decode("plan", item) };
}

/** The plan of a finding as a change request. Errors: `finding.not-found`, `plan.not-found`. */
export async function showPlan(
  d: { readonly store: Store; readonly remediations: Remediations },
  of: Of,
): Promise<Result<ChangeRequest, EphorError<"finding.not-found" | "plan.not-found">>> {
  const found = await readFinding(d, of);
  if (!found.ok) return found;
  const { finding } = found.value;
  const { response, stored } = await responseOf(d, { ...of, generation: finding.generation });
  if (stored === null) return err(ephorError("plan.not-found", `no plan was made for finding ${of.findingId}`));
  const { id, detection, title, severity, status } = findingLine(finding);
  const terms = response?.terms ?? null;
  const shown = (calls: readonly PlannedCall[]): readonly CallShown[] =>
    calls.map((call) => ({ says: call.says, command: awsCliCommand(call, stored.region) }));
  return ok({
    finding: { id, detection, title, severity, status },
    plan: planOnly(stored),
    calls: shown(stored.calls),
    undo: shown(undoOf(d.remediations, stored)),
    approvers: terms && { groups: terms.groups, approvalsNeeded: terms.approvalsNeeded, because: terms.because },
    hint: hintOf(stored),
  });
}

const hintOf = ({ owner, diff }: StoredPlan): string | null =>
  owner === null
    ? null
    : `${owner.tool} ${owner.name} made this resource and would set it back: change ${diff.map(({ path }) => path).join(", ")} there.`;
