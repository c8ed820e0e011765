import type { Config } from "@ephor/domain/config/config";
import type { FindingFacts } from "@ephor/domain/finding";
import type { Remediation } from "@ephor/domain/remediation";
import {
  decideResponse,
  explainRules,
  peopleOf,
  planTerms,
  type ResponseDecision,
  type RuleAsked,
  surroundingsIn,
} from "@ephor/domain/response-policy";
import { assertNever } from "@ephor/domain/result";

export type ExplainedResponse = {
  readonly finding: Pick<FindingFacts, "id" | "detection" | "title" | "severity" | "account" | "region" | "resource">;
  /** Of the account; the resource's own tags are read when a plan is made. */
  readonly environment: string | null;
  /** In order, up to the one that decides. */
  readonly rules: readonly RuleAsked[];
  readonly decision: ResponseDecision;
  /** The remediation that would be planned, null where there is none. */
  readonly remediation: string | null;
  /** Null where nobody is asked. */
  readonly approvals: {
    readonly needed: number;
    readonly groups: readonly string[];
    readonly because: readonly string[];
  } | null;
  /** What would happen, in a sentence. */
  readonly outcome: string;
};

type Deps = {
  readonly config: Pick<Config, "responsePolicy" | "accounts" | "people" | "channels" | "remediation">;
  readonly remediations: (id: string) => Pick<Remediation, "risk" | "irreversible"> | undefined;
};

/** What the response policy says of a finding and why, without doing any of it (`ephor policy test`). */
export function explainResponse(d: Deps, finding: FindingFacts): ExplainedResponse {
  const { config } = d;
  const surroundings = surroundingsIn(config)(finding.account);
  const seen = { finding, surroundings };
  const decision = decideResponse(config.responsePolicy, seen);
  const remediation = decision.remediation ?? finding.remediation;
  const approvals = approvalsFor(d, { finding, decision, remediation, environment: surroundings.environment });
  const { id, detection, title, severity, account, region, resource } = finding;
  return {
    finding: { id, detection, title, severity, account, region, resource },
    environment: surroundings.environment ?? null,
    rules: explainRules(config.responsePolicy, seen),
    decision,
    remediation,
    approvals,
    outcome: outcomeOf(d, { decision, remediation, account, approvals }),
  };
}

type Asked = {
  readonly finding: FindingFacts;
  readonly decision: ResponseDecision;
  readonly remediation: string | null;
  readonly environment: string | undefined;
};

function approvalsFor(d: Deps, { finding, decision, remediation, environment }: Asked): ExplainedResponse["approvals"] {
  const known = remediation === null ? undefined : d.remediations(remediation);
  if (remediation === null || known === undefined || decision.mode === "observe" || decision.mode === "notify")
    return null;
  const actorPeople = peopleOf(finding.actor, d.config.people);
  const channels = Object.keys(d.config.channels);
  const plan = { ...known, remediation, calls: [] };
  const {
    approvalsNeeded: needed,
    groups,
    because,
  } = planTerms({ decision, plan, environment, actorPeople, channels });
  return needed === 0 ? null : { needed, groups, because };
}

type Outcome = Pick<ExplainedResponse, "decision" | "remediation" | "approvals"> & { readonly account: string };

function outcomeOf(d: Deps, { decision, remediation, account, approvals }: Outcome): string {
  switch (decision.mode) {
    case "observe":
      return "It is recorded and nothing else.";
    case "notify":
      return `It is recorded, and people are told by ${channelsText(decision.channels ?? Object.keys(d.config.channels))}.`;
    case "approve":
    case "auto":
      return changeOutcome(d, { decision, remediation, account, approvals });
    default:
      return assertNever(decision.mode);
  }
}

const channelsText = (channels: readonly string[]): string =>
  channels.length === 0 ? "no channel, since none is configured" : channels.join(", ");

function changeOutcome(d: Deps, { remediation, account, approvals }: Outcome): string {
  if (remediation === null) return "No remediation is known for this detection: the response ends without a plan.";
  if (d.remediations(remediation) === undefined)
    return `There is no remediation ${remediation}: the response ends without a plan.`;
  const { enabled, accounts } = d.config.remediation;
  if (!enabled)
    return `${remediation} is planned and shown; remediation is off, so nothing is asked and nothing changed.`;
  if (!Object.hasOwn(accounts, account))
    return `${remediation} is planned as far as the event tells; account ${account} may not be changed, so nothing is.`;
  if (approvals === null) return `${remediation} is planned and applied at once, within the budget.`;
  const people = approvals.needed === 1 ? "1 person" : `${approvals.needed} people`;
  return `${remediation} is planned, ${people} of ${approvals.groups.join(", ")} must approve it, then it is applied.`;
}
