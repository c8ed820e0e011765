import type { ApprovalTerms } from "@ephor/domain/approval";
import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { FindingId } from "@ephor/domain/ids";
import { decideResponse, surroundingsIn } from "@ephor/domain/response-policy";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { askingExecution } from "./asking-execution.ts";
import { callEntries } from "./call-journal.ts";
import { encode, type StoredPlan } from "./items.ts";
import { rollbackKey } from "./keys.ts";
import type { Clock, Random, Remediations, Store, Write } from "./ports.ts";
import {
  type PlanRef,
  readFinding,
  readPlan,
  readResponse,
  type StoredFinding,
  stepWrites,
  writeStep,
} from "./response-items.ts";
import { surroundingsOf } from "./response-target.ts";
import { responseTerms } from "./response-terms.ts";

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly remediations: Remediations;
  readonly config: Pick<Config, "accounts" | "channels" | "people" | "responsePolicy">;
};
export type UndoRequest = {
  readonly tenant: Tenant;
  readonly findingId: FindingId;
  /** A person's id: somebody asks, and does not approve it. */
  readonly person: string;
  readonly reason: string;
  readonly correlationId: string;
};
export type UndoAsked = {
  readonly generation: number;
  readonly planHash: string;
  readonly approvalsNeeded: number;
  readonly execution: string;
};

/**
 * Asks for the way back from what was applied of a finding's plan. It leads to a worse state, so its risk is high: people
 * decide on it first. Once a plan. Errors: `finding.not-found`, `plan.refused` where nothing was applied, it cannot be
 * taken back, or it was asked for before.
 */
export async function startUndo(d: Deps, of: UndoRequest): Promise<Result<UndoAsked, EphorError>> {
  const ready = await readyToUndo(d, of);
  if (!ready.ok) return ready;
  const { ref, plan, found } = ready.value;
  const terms = await termsOf(d, { found, plan });
  const written = await writeStep(d, async () => ok(undoWrites(d, { of, ref, plan, terms })));
  if (!written.ok) return written;
  if (!written.value.isNew) return refused("the way back was asked for before: its approval says what became of it");
  const { generation, planHash, executionId: execution } = ref;
  return ok({ generation, planHash, approvalsNeeded: terms.approvalsNeeded, execution });
}

const refused = (message: string) => err(ephorError("plan.refused", message));

type Ready = { readonly ref: PlanRef; readonly plan: StoredPlan; readonly found: StoredFinding };

async function readyToUndo(d: Deps, of: UndoRequest): Promise<Result<Ready, EphorError>> {
  const found = await readFinding(d, of);
  if (!found.ok) return found;
  const { generation } = found.value.finding;
  const { tenant, findingId, correlationId } = of;
  const executionId = `undo-${findingId}-${generation}`;
  const response = (await readResponse(d, { tenant, findingId, generation }))?.response;
  if (response === undefined || response.planHash === null) return refused("nothing was planned for this finding");
  const ref = { tenant, findingId, generation, executionId, correlationId, planHash: response.planHash };
  if (response.state !== "ended") return refused(`its response is ${response.state}: it has not ended`);
  if (response.end === "rolled-back") return refused("it was taken back already");
  const entries = await callEntries(d, { ref, run: { planHash: ref.planHash, run: "apply" } });
  if (!entries.some(({ entry }) => entry.state === "done")) return refused("nothing was applied for this finding");
  const planned = await readPlan(d, ref);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  if (plan.irreversible !== null) return refused(`there is no way back: ${plan.irreversible}`);
  return ok({ ref, plan, found: found.value });
}

function termsOf(d: Deps, { found, plan }: Pick<Ready, "found" | "plan">): Promise<ApprovalTerms> {
  const { finding } = found;
  const surroundings = surroundingsOf(plan.tags, surroundingsIn(d.config)(finding.account));
  const decision = decideResponse(d.config.responsePolicy, { finding, surroundings });
  return responseTerms(d, {
    ...{ finding, plan, environment: surroundings.environment },
    decision: { ...decision, mode: "approve", risk: "high" },
  });
}

type Asking = {
  readonly of: UndoRequest;
  readonly ref: PlanRef;
  readonly plan: StoredPlan;
  readonly terms: ApprovalTerms;
};

function undoWrites(d: Deps, { of, ref, plan, terms }: Asking): readonly Write[] {
  const { tenant, findingId, planHash, executionId: name } = ref;
  const { person: requester, reason } = of;
  const at = d.clock.now();
  const { account, region, resource } = plan;
  return [
    ...stepWrites(d, ref, {
      ...{ at, kind: "response.requested", text: `${requester} asks for the way back: ${reason}`, by: requester },
      cause: "rollback requested",
      record: {
        ...{ entity_type: "plan", did: "rollback-requested", this: planHash, parent: findingId, plan_hash: planHash },
        ...{ who: requester, who_type: "person", reason, risk_level: "high", account, region },
        resource: { ...resource },
      },
    }),
    {
      kind: "put",
      item: { ...rollbackKey(tenant, ref), ...encode("rollback", { requester, reason, at }) },
      when: { kind: "absent" },
    },
    askingExecution({ workflow: "undo", name, ref, terms, requester, at }),
  ];
}
