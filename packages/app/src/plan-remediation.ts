import type { ApprovalTerms } from "@ephor/domain/approval";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Finding } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import { type Plan, planOf } from "@ephor/domain/plan";
import type { Remediation, RemediationTarget } from "@ephor/domain/remediation";
import type { ResponseEnd } from "@ephor/domain/response";
import {
  decideResponse,
  type ResponseDecision,
  type Surroundings,
  surroundingsIn,
} from "@ephor/domain/response-policy";
import { err, ok, type Result } from "@ephor/domain/result";
import { exceptionFor } from "./exception-items.ts";
import { keepPlan } from "./keep-plan.ts";
import type { Ended, Planned, PlanningDeps, PlanRequest } from "./planning.ts";
import { openAws, readResource } from "./read-resource.ts";
import { isRetried, readFinding, readResponse } from "./response-items.ts";
import { surroundingsOf, targetOf } from "./response-target.ts";
import { responseTerms } from "./response-terms.ts";

const ended = (outcome: ResponseEnd, detail: string): Ended => ({ outcome, detail });
const isEnded = (value: object): value is Ended => "outcome" in value && value.outcome !== "planned";

/**
 * Plans the response to one generation of a finding: reads AWS as the remediation's reading permissions allow, decides
 * anew by the resource's own tags, and keeps the plan with the terms under which it may be applied. What cannot or need
 * not be applied ends the response. Errors that may pass: `aws.throttled`, `aws.unavailable`, `store.conflict`.
 */
export async function planRemediation(d: PlanningDeps, of: PlanRequest): Promise<Result<Planned, EphorError>> {
  const found = await readFinding(d, of);
  if (!found.ok) return found;
  const { finding } = found.value;
  const early = (await superseded(d, { of, finding })) ?? (await muted(d, { of, finding }));
  if (early !== undefined) return ok(early);
  const chosen = choose(d, { finding, decision: of.decision });
  if (isEnded(chosen)) return ok(chosen);
  return planWith(d, { of, finding, chosen });
}

type Asked = { readonly of: PlanRequest; readonly finding: Finding };

/** The finding has moved on: another life of it, an end, or another execution that answers it. */
async function superseded(d: PlanningDeps, { of, finding }: Asked): Promise<Ended | undefined> {
  if (finding.generation !== of.generation) {
    return ended("cancelled", `the finding is in generation ${finding.generation} by now`);
  }
  if (finding.status === "resolved") return ended("cancelled", "the finding was resolved meanwhile");
  if (finding.status === "excepted") return ended("excepted", "an exception covers the finding");
  const known = (await readResponse(d, of))?.response;
  const isOther = known !== undefined && known.executionId !== of.executionId && of.forcedBy === null;
  return isOther ? ended("cancelled", `${known.executionId} answers this finding`) : undefined;
}

async function muted(d: PlanningDeps, { of, finding }: Asked): Promise<Ended | undefined> {
  if (of.forcedBy !== null) return undefined;
  const covering = await exceptionFor(d, { tenant: of.tenant, finding });
  if (covering === undefined) return undefined;
  return ended("excepted", `${covering.exception.id} covers it until ${covering.exception.expiresAt}`);
}

type Chosen = {
  readonly remediation: Remediation;
  readonly target: RemediationTarget;
  readonly decision: ResponseDecision;
};

function choose(
  d: PlanningDeps,
  { finding, decision }: { finding: Finding; decision: ResponseDecision },
): Chosen | Ended {
  const id = decision.remediation ?? finding.remediation;
  if (id === null) return ended("unplannable", `no remediation is known for ${finding.detection}`);
  const remediation = d.remediations(id);
  if (remediation === undefined) return ended("unplannable", `there is no remediation ${id}`);
  const { type } = finding.resource;
  if (!remediation.resourceTypes.includes(type)) {
    return ended("unplannable", `${id} takes ${remediation.resourceTypes.join(", ")}, and this is a ${type}`);
  }
  const target = targetOf(finding);
  const checked = remediation.check(target);
  return checked.ok ? { remediation, target, decision } : ended("unplannable", checked.error.message);
}

type Looked = {
  readonly basis: Plan["basis"];
  readonly state: JsonObject;
  readonly tags: Readonly<Record<string, string>>;
  /** Why nothing can be applied, where only the event's own data is known. */
  readonly limits: string | null;
};

async function look(d: PlanningDeps, { of, chosen }: { of: PlanRequest; chosen: Chosen }) {
  const opened = await openAws(d, { ...chosen, findingId: of.findingId, may: "read" });
  if (!opened.ok) {
    return isRetried(opened.error.code) ? opened : ok(fromEvidence(chosen, opened.error.message));
  }
  const read = await readResource(opened.value, chosen);
  if (read.ok) {
    return ok<Looked>({ basis: "aws", state: read.value.state, tags: read.value.tags ?? {}, limits: null });
  }
  const { code, message } = read.error;
  if (isRetried(code)) return read;
  if (code === "remediation.resource-gone") return ok(ended("resource-gone", message));
  return ok(code === "aws.denied" ? fromEvidence(chosen, message) : ended("unplannable", message));
}

/** What the event alone shows, to read and to carry out by hand. */
function fromEvidence({ remediation, target }: Chosen, why: string): Looked | Ended {
  const state = remediation.fromEvidence(target);
  if (state === undefined) return ended("unplannable", `${why}; and the event does not show enough to plan from`);
  return { basis: "event", state, tags: {}, limits: why };
}

async function planWith(
  d: PlanningDeps,
  { of, finding, chosen, isSecond = false }: Asked & { readonly chosen: Chosen; readonly isSecond?: boolean },
): Promise<Result<Planned, EphorError>> {
  const looked = await look(d, { of, chosen });
  if (!looked.ok) return err(ephorError(looked.error.code, looked.error.message, { cause: looked.error }));
  if (isEnded(looked.value)) return ok(looked.value);
  const { basis, state, tags, limits } = looked.value;
  const surroundings = surroundingsOf(tags, surroundingsIn(d.config)(finding.account));
  const decision = decideAgain(d, { of, finding, surroundings });
  if (isEnded(decision)) return ok(decision);
  const again = choose(d, { finding, decision });
  if (isEnded(again)) return ok(again);
  // A rule on the tags may name another remediation: that one reads for itself, and then there is no third.
  if (again.remediation.id !== chosen.remediation.id) {
    if (isSecond) return ok(ended("unplannable", contradiction(chosen, again)));
    return planWith(d, { of: { ...of, decision }, finding, chosen: again, isSecond: true });
  }
  const plan = planOf({ ...chosen, state, tags, basis });
  if (plan.calls.length === 0) return ok(noChange(plan));
  const terms = await termsOf(d, { of, finding, decision, plan, surroundings });
  return keepPlan(d, {
    ref: of,
    ...{ attempt: of.attempt, plan: { ...plan, target: chosen.target }, terms, forcedBy: of.forcedBy },
    policyVersion: decision.policyVersion,
    onlyPlan: limits ?? (d.config.remediation.enabled ? null : "remediation is off"),
  });
}

/** Not all remediations read tags, so rules on tags may send one to the other for ever. */
const contradiction = (one: Chosen, other: Chosen): string =>
  `the rules name ${other.remediation.id} by what ${one.remediation.id} reads of the resource's tags, and the other way round`;

const noChange = ({ basis, title }: Plan): Ended =>
  basis === "aws"
    ? ended("no-change-needed", `"${title}" holds already: nothing is left to change`)
    : ended("unplannable", "the event alone shows nothing that is to be changed");

type Again = { readonly of: PlanRequest; readonly finding: Finding; readonly surroundings: Surroundings };

function decideAgain(d: PlanningDeps, { of, finding, surroundings }: Again): ResponseDecision | Ended {
  if (of.forcedBy !== null) return of.decision;
  const decision = decideResponse(d.config.responsePolicy, { finding, surroundings });
  if (decision.mode === "approve" || decision.mode === "auto") return decision;
  const rule = decision.rule === null ? "no rule matches" : `rule ${decision.rule + 1} says ${decision.mode}`;
  return ended("observed", `By the resource's own tags ${rule}`);
}

async function termsOf(
  d: PlanningDeps,
  { of, finding, decision, plan, surroundings }: Again & { decision: ResponseDecision; plan: Plan },
): Promise<ApprovalTerms> {
  const { environment } = surroundings;
  const terms = await responseTerms(d, { finding, plan, decision, environment });
  if (of.forcedBy === null) return terms;
  return { ...terms, approvalsNeeded: 0, because: [...terms.because, `break-glass by ${of.forcedBy}`] };
}
