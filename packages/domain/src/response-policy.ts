import type { ApprovalTerms, EscalationKind } from "./approval.ts";
import type { Person } from "./config/person.ts";
import type { ResponseMode, ResponsePolicy, ResponseRule } from "./config/response-policy.ts";
import type { Actor, FindingFacts } from "./finding.ts";
import type { Plan } from "./plan.ts";
import { type Risk, worseRisk } from "./remediation.ts";

/** What the policy says of one finding: the index of the rule that matched, or null where none did and the default observes. */
export type ResponseDecision = {
  readonly mode: ResponseMode;
  readonly rule: number | null;
  readonly policyVersion: number;
  /** Null where the rule does not say. */
  readonly risk: Risk | null;
  readonly approvers: readonly string[];
  readonly approvalsMin: number;
  readonly rejectionsMin: number;
  readonly expiresHours: number;
  readonly escalation: EscalationKind | null;
  readonly fallbackGroup: string | null;
  /** Names of channels; null: every one. */
  readonly channels: readonly string[] | null;
  readonly remediation: string | null;
  readonly autoInProduction: readonly string[];
};

/** What is known of where the finding lies. Unknown values are undefined and match only rules that do not ask for them. */
export type Surroundings = { readonly environment?: string; readonly tags?: { readonly [key: string]: string } };

type Match = ResponsePolicy["rules"][number]["match"];

/** `*` in a rule stands for any characters; everything else is literal. Linear: each part is looked for once, left to right. */
export function matchesGlob(glob: string, text: string): boolean {
  const parts = glob.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return glob === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const oneOf = (wanted: readonly string[] | undefined, is: (value: string) => boolean): boolean =>
  wanted === undefined || wanted.some(is);

type Seen = { readonly finding: FindingFacts; readonly surroundings: Surroundings };

function hasTags(wanted: Match["tags"], tags: Surroundings["tags"]): boolean {
  return Object.entries(wanted ?? {}).every(([key, values]) => {
    const value = tags !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;
    return value !== undefined && values.includes(value);
  });
}

/** What each condition of a rule asks of a finding. */
const CONDITIONS: Readonly<Record<keyof Match, (match: Match, seen: Seen) => boolean>> = {
  detection: ({ detection }, { finding }) => oneOf(detection, (glob) => matchesGlob(glob, finding.detection)),
  severity: ({ severity }, { finding }) => oneOf(severity, (one) => one === finding.severity),
  account: ({ account }, { finding }) => oneOf(account, (one) => one === finding.account),
  environment: ({ environment }, { surroundings }) =>
    oneOf(environment, (name) => name.toLowerCase() === surroundings.environment?.toLowerCase()),
  resourceType: ({ resourceType }, { finding }) =>
    oneOf(resourceType, (glob) => matchesGlob(glob, finding.resource.type)),
  tags: ({ tags }, { surroundings }) => hasTags(tags, surroundings.tags),
};
const CONDITION_LIST = Object.values(CONDITIONS);

const holds = (match: Match, seen: Seen): boolean => CONDITION_LIST.every((condition) => condition(match, seen));

/** What became of a rule that was asked: the conditions that do not hold; none where it is the one that decides. */
export type RuleAsked = { readonly rule: number; readonly failing: readonly (keyof Match)[] };

/** The rules in the order in which they were asked, up to the one that decides. */
export function explainRules(policy: ResponsePolicy, seen: Seen): readonly RuleAsked[] {
  const decides = policy.rules.findIndex(({ match }) => holds(match, seen));
  const asked = decides === -1 ? policy.rules : policy.rules.slice(0, decides + 1);
  const names = Object.keys(CONDITIONS) as (keyof Match)[];
  return asked.map(({ match }, rule) => ({ rule, failing: names.filter((name) => !CONDITIONS[name](match, seen)) }));
}

export const EXPIRES_HOURS_DEFAULT = 72;
export const APPROVERS_DEFAULT = "approvers";

/** The first rule that matches decides; no match observes (findings.md, "Response policy"). */
export function decideResponse(policy: ResponsePolicy, seen: Seen): ResponseDecision {
  const index = policy.rules.findIndex(({ match }) => holds(match, seen));
  return decisionOf(policy, { index, severity: seen.finding.severity });
}

/** What the rule at `index` says where it is the one that decides; -1 for none. */
export function decisionOf(
  policy: ResponsePolicy,
  { index, severity }: { readonly index: number; readonly severity: FindingFacts["severity"] },
): ResponseDecision {
  const rule: Partial<ResponseRule> = policy.rules[index] ?? {};
  return {
    mode: rule.mode ?? "observe",
    rule: index === -1 ? null : index,
    policyVersion: policy.version,
    risk: rule.risk ?? null,
    approvers: rule.approvers ?? [APPROVERS_DEFAULT],
    approvalsMin: rule.approvalsMin ?? 0,
    rejectionsMin: rule.rejectionsMin ?? 1,
    expiresHours: rule.expiresHours ?? EXPIRES_HOURS_DEFAULT,
    escalation: rule.escalate ?? (severity === "critical" ? "critical" : null),
    fallbackGroup: rule.fallback ?? null,
    channels: rule.channels ?? null,
    remediation: rule.remediation ?? null,
    autoInProduction: rule.autoInProduction ?? [],
  };
}

const APPROVALS_BY_RISK: Readonly<Record<Risk, number>> = { low: 0, medium: 1, high: 2 };
const PRODUCTION = /^prod(?:uction)?$/i;
export const isProduction = (environment: string | undefined): boolean => PRODUCTION.test(environment ?? "");

/** Role names are unique in their account whatever the path, which no session's ARN has (IAM User Guide, "IAM identifiers"). */
const withoutPath = (arn: string): string => arn.replace(/^(arn:[a-z-]+:iam::\d{12}:role\/)\S+\/([^/]+)$/, "$1$2");
const SESSION = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;
const ROLE = /^arn:([a-z-]+):iam::(\d{12}):role\/([^/]+)$/;

/** The ARNs by which `actor` may stand in `awsPrincipals`: a role's session is known by its own and by its role's. */
function principalsOf({ type, arn, name }: Actor): readonly string[] {
  if (arn === undefined) return [];
  const principal = withoutPath(arn);
  const [, partition, account, role] = SESSION.exec(principal) ?? [];
  if (role !== undefined) return [principal, `arn:${partition}:iam::${account}:role/${role}`];
  const [, ofRole, inAccount, roleName] = ROLE.exec(principal) ?? [];
  // Such an actor is the role, so that all its sessions are one; `name` is `role/session`.
  const session = type === "AssumedRole" ? name?.slice(name.indexOf("/") + 1) : undefined;
  if (roleName === undefined || session === undefined) return [principal];
  return [principal, `arn:${ofRole}:sts::${inAccount}:assumed-role/${roleName}/${session}`];
}

/** The people who are `actor` in AWS, by its ARN; an assumed role's session by its own or by its role's. */
export function peopleOf(actor: Actor | null, people: readonly Person[]): readonly string[] {
  const principals = actor === null ? [] : principalsOf(actor);
  return people
    .filter(({ awsPrincipals }) => awsPrincipals.some((one) => principals.includes(withoutPath(one))))
    .map(({ id }) => id);
}

type Asked = {
  readonly decision: ResponseDecision;
  readonly plan: Pick<Plan, "risk" | "irreversible" | "remediation" | "calls">;
  readonly environment: string | undefined;
  readonly actorPeople: readonly string[];
  /** Every channel that there is. */
  readonly channels: readonly string[];
};

/**
 * How many distinct people must approve a plan, and why more than the rule says (findings.md, "Response policy"):
 * by risk low 0, medium 1, high 2; `approve` at least 1; what is not known (risk, environment, whose change it was) and
 * what cannot be undone 2; in production `auto` only for the very remediations that the rule names.
 */
export function planTerms({ decision, plan, environment, actorPeople, channels }: Asked): ApprovalTerms {
  const risk = decision.risk === null ? worseRisk(plan.risk, "medium") : worseRisk(decision.risk, plan.risk);
  const raised: readonly (readonly [number, string, boolean])[] = [
    [2, "the rule names no risk", decision.risk === null],
    [2, "the environment is not known", environment === undefined],
    [2, "who caused it is nobody known, or several", actorPeople.length !== 1],
    [2, "it cannot be undone", plan.irreversible !== null],
    [
      1,
      "production: the rule does not name this remediation for auto",
      decision.mode === "auto" && isProduction(environment) && !decision.autoInProduction.includes(plan.remediation),
    ],
  ];
  const holding = raised.filter(([, , isSo]) => isSo);
  const base = Math.max(
    decision.mode === "auto" ? 0 : 1,
    decision.mode === "auto" && risk === "low" ? 0 : Math.max(1, decision.approvalsMin),
    APPROVALS_BY_RISK[risk],
    ...holding.map(([needed]) => needed),
  );
  return {
    risk,
    groups: decision.approvers,
    approvalsNeeded: base === 0 ? 0 : Math.max(base, decision.approvers.length),
    rejectionsNeeded: decision.rejectionsMin,
    expiresHours: decision.expiresHours,
    escalation: decision.escalation,
    fallbackGroup: decision.fallbackGroup,
    channels: decision.channels ?? channels,
    because: holding.map(([, why]) => why),
  };
}

/** What the configuration says of an account; a resource's own tags come with the inventory. */
export const surroundingsIn =
  (config: { readonly accounts: { readonly [account: string]: { readonly environment: string } | undefined } }) =>
  (account: string): Surroundings => {
    const environment = Object.hasOwn(config.accounts, account) ? config.accounts[account]?.environment : undefined;
    return environment === undefined ? {} : { environment };
  };
