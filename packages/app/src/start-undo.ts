import type { ApprovalTerms } from "@ephor/domain/approval";
import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { ApprovalId, FindingId } from "@ephor/domain/ids";
import { decideResponse, surroundingsIn } from "@ephor/domain/response-policy";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds } from "@ephor/domain/time";
import { approvalIdFor, readApproval } from "./approval-items.ts";
import { askingExecution } from "./asking-execution.ts";
import { callEntries } from "./call-journal.ts";
import { executionNamed } from "./execution-named.ts";
import { causesOf } from "./finding-causes.ts";
import { encode, type StoredPlan } from "./items.ts";
import { rollbackKey } from "./keys.ts";
import type { Clock, Random, Remediations, Store, Write } from "./ports.ts";
import { subjectOf } from "./reservation.ts";
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
import { tooFew } from "./too-few.ts";
import { readRollback, rollbackRequests, undoOf } from "./way-back.ts";

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly remediations: Remediations;
  readonly config: Pick<Config, "accounts" | "channels" | "groups" | "people" | "responsePolicy">;
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
  /** Of the approval that the execution opens as it begins. */
  readonly approvalId: ApprovalId;
  readonly execution: string;
};

/**
 * Asks for the way back from what was applied of a finding's plan. It leads to a worse state, so its risk is high: people
 * decide on it first. What came to nothing can be asked for again, which is another approval. Errors: `finding.not-found`;
 * `plan.refused` where nothing was applied, it cannot be taken back, it is asked for already, or too few people could approve.
 */
export async function startUndo(d: Deps, of: UndoRequest): Promise<Result<UndoAsked, EphorError>> {
  const ready = await readyToUndo(d, of);
  if (!ready.ok) return ready;
  const { ref, plan, found, attempt } = ready.value;
  const terms = await termsOf(d, { found, plan });
  const causes = await causesOf(d, { finding: found.finding, people: d.config.people });
  const fault = tooFew({ ref, terms, causes: causes.people, person: of.person, config: d.config });
  if (fault !== undefined) return refused(fault);
  const isCause = causes.people.includes(of.person);
  const written = await writeStep(d, async () => ok(undoWrites(d, { of, ref, plan, terms, attempt, isCause })));
  if (!written.ok) return written;
  if (!written.value.isNew) return refused("somebody else asked for the way back at this moment: show the finding");
  const { generation, planHash, executionId: execution } = ref;
  const approvalId = approvalIdFor(of.tenant, subjectOf({ ...ref, run: "undo", attempt }));
  return ok({ generation, planHash, approvalsNeeded: terms.approvalsNeeded, approvalId, execution });
}

const refused = (message: string) => err(ephorError("plan.refused", message));

type Ready = {
  readonly ref: PlanRef;
  readonly plan: StoredPlan;
  readonly found: StoredFinding;
  /** Which time it is asked for, from 1. */
  readonly attempt: number;
};

async function readyToUndo(d: Deps, of: UndoRequest): Promise<Result<Ready, EphorError>> {
  const found = await readFinding(d, of);
  if (!found.ok) return found;
  const { generation } = found.value.finding;
  const { tenant, findingId, correlationId } = of;
  const response = (await readResponse(d, { tenant, findingId, generation }))?.response;
  if (response === undefined || response.planHash === null) return refused("nothing was planned for this finding");
  const { planHash } = response;
  const earlier = await rollbackRequests(d, { tenant, findingId, generation, planHash });
  const attempt = earlier.length + 1;
  const executionId = undoName({ findingId, generation }, attempt);
  const ref = { tenant, findingId, generation, executionId, correlationId, planHash };
  if (response.state !== "ended") return refused(`its response is ${response.state}: it has not ended`);
  if (response.end === "rolled-back") return refused("it was taken back already");
  const entries = await callEntries(d, { ref, run: { planHash: ref.planHash, run: "apply" } });
  if (!entries.some(({ entry }) => entry.state === "done")) return refused("nothing was applied for this finding");
  const planned = await readPlan(d, ref);
  if (!planned.ok) return planned;
  const { plan } = planned.value;
  if (plan.irreversible !== null) return refused(`there is no way back: ${plan.irreversible}`);
  const fault = earlier.length === 0 ? undefined : await underWay(d, { ref, attempt: earlier.length });
  return fault === undefined ? ok({ ref, plan, found: found.value, attempt }) : refused(fault);
}

/** What stands against asking again: the attempt before is not at its end, or it took the change back. */
async function underWay(d: Deps, { ref, attempt }: Pick<Ready, "ref" | "attempt">): Promise<string | undefined> {
  const approvalId = approvalIdFor(ref.tenant, subjectOf({ ...ref, run: "undo", attempt }));
  const known = await readApproval(d, { tenant: ref.tenant, approvalId });
  if (!known.ok) return isStuck(d, ref, attempt);
  const { id, state } = known.value.approval;
  if (state === "executed") return "it was taken back already";
  return state === "pending" || state === "approved"
    ? `it is asked for already: the approval ${id} is ${state}`
    : undefined;
}

/** Seconds within which what was asked for has started, or never will. */
const START_SECONDS_MAX = 3600;

/** No approval was opened: the execution is about to, unless it has ended without, or never began. */
async function isStuck(d: Deps, ref: PlanRef, attempt: number): Promise<string | undefined> {
  const asked = await readRollback(d, { ...ref, attempt });
  if (asked === undefined) return undefined;
  const begun = await executionNamed(d, { tenant: ref.tenant, name: undoName(ref, attempt), since: asked.at });
  if (begun !== undefined && begun.status !== "RUNNING") return undefined;
  if (begun === undefined && addSeconds(asked.at, START_SECONDS_MAX) <= d.clock.now()) return undefined;
  return `it was asked for at ${asked.at} by ${asked.requester}: its approval is about to be opened`;
}

/** A repeat of the same attempt is recognised by its name. */
const undoName = ({ findingId, generation }: Pick<PlanRef, "findingId" | "generation">, attempt: number): string =>
  `undo-${findingId}-${generation}${attempt === 1 ? "" : `-${attempt}`}`;

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
  readonly attempt: number;
  /** Whether who asks is among those whose acts the finding tells of. */
  readonly isCause: boolean;
};

function undoWrites(d: Deps, { of, ref, plan, terms, attempt, isCause }: Asking): readonly Write[] {
  const { tenant, findingId, planHash, executionId: name } = ref;
  const { person: requester, reason } = of;
  const at = d.clock.now();
  const { account, region, resource } = plan;
  const asked = { requester, reason, at, attempt, calls: undoOf(d.remediations, plan), isCause };
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
      item: { ...rollbackKey(tenant, { ...ref, attempt }), ...encode("rollback", asked) },
      when: { kind: "absent" },
    },
    askingExecution({ workflow: "undo", name, ref, terms, requester, at, attempt }),
  ];
}
