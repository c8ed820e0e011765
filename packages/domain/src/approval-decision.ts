import { type Approval, type ApprovalState, type Decision, ESCALATION_LADDERS } from "./approval.ts";
import { type EphorError, ephorError } from "./error.ts";
import { err, ok, type Result } from "./result.ts";
import { addSeconds, type Timestamp } from "./time.ts";

/** Members by the name of their group, as the configuration says now: whoever was removed counts no more. */
export type Groups = { readonly [name: string]: readonly string[] | undefined };
export type ApprovalRefused = EphorError<"approval.refused">;
export type NotEligible = EphorError<"approval.not-eligible">;

/** From which state an approval may come to which; nothing else changes one. */
export const APPROVAL_TRANSITIONS: Readonly<Record<ApprovalState, readonly ApprovalState[]>> = {
  pending: ["approved", "rejected", "expired", "cancelled"],
  approved: ["executed", "expired", "cancelled"],
  rejected: [],
  expired: [],
  cancelled: [],
  executed: [],
};

const refused = (message: string) => err(ephorError("approval.refused", message));
const notEligible = (message: string) => err(ephorError("approval.not-eligible", message));

/** The approval in another state, as the table allows. */
export function moveApproval(
  approval: Approval,
  { to, now }: { to: ApprovalState; now: Timestamp },
): Result<Approval, ApprovalRefused> {
  if (!APPROVAL_TRANSITIONS[approval.state].includes(to)) return refused(`the approval is ${approval.state} already`);
  // `executed` comes after its end as a question to people, which stays where it was.
  return ok({ ...approval, state: to, endedAt: approval.endedAt ?? now });
}

/** True once the ladder of reminders is used up: the fallback group is asked as well. */
export function asksFallback({ terms, reminders }: Pick<Approval, "terms" | "reminders">): boolean {
  const times = terms.escalation === null ? 0 : ESCALATION_LADDERS[terms.escalation].times;
  return terms.fallbackGroup !== null && reminders > times;
}

/** What tells who is asked. */
type Asking = Pick<Approval, "terms" | "reminders" | "requester" | "excluded">;

const membersOf = (groups: Groups, name: string): readonly string[] =>
  Object.hasOwn(groups, name) ? (groups[name] ?? []) : [];

/** The groups of the terms that `person` can decide for; every one where the fallback group is asked and holds them. */
function groupsOf(approval: Asking, { person, groups }: { person: string; groups: Groups }): readonly string[] {
  const { terms } = approval;
  const isFallback =
    terms.fallbackGroup !== null && asksFallback(approval) && membersOf(groups, terms.fallbackGroup).includes(person);
  return isFallback ? terms.groups : terms.groups.filter((name) => membersOf(groups, name).includes(person));
}

/** Whether `person` is among those who are asked, whatever the state; the error says why not. */
export function mayDecide(
  approval: Asking,
  { person, groups }: { person: string; groups: Groups },
): Result<void, NotEligible> {
  if (person === approval.requester) return notEligible("whoever asks for it does not decide on it");
  if (approval.excluded.includes(person)) return notEligible("whoever caused it does not decide on it");
  if (groupsOf(approval, { person, groups }).length > 0) return ok(undefined);
  const named = approval.terms.groups.join(", ");
  return notEligible(`only members of ${named === "" ? "a group that is named" : named} decide on it`);
}

/** Everybody who is asked now, sorted. */
export function peopleAsked(approval: Asking, groups: Groups): readonly string[] {
  const { terms } = approval;
  const names = [
    ...terms.groups,
    ...(asksFallback(approval) && terms.fallbackGroup !== null ? [terms.fallbackGroup] : []),
  ];
  const people = new Set(names.flatMap((name) => membersOf(groups, name)));
  return [...people].filter((person) => mayDecide(approval, { person, groups }).ok).sort();
}

export type ApprovalCount = {
  /** Distinct people whose approval counts, in the order of their decisions. */
  readonly approvers: readonly string[];
  readonly rejecters: readonly string[];
  /** Who stands for which group: each person for one, each group by at most one. */
  readonly forGroup: ReadonlyMap<string, string>;
  /** Groups that nobody stands for yet. */
  readonly missing: readonly string[];
  readonly approvalsNeeded: number;
  readonly isApproved: boolean;
  readonly isRejected: boolean;
};

/**
 * What the decisions amount to under `groups`: a person counts once, by their first decision, only while they are asked and
 * not excluded, and for one group only. Approved: each group has an approver of its own, and they are enough in all.
 */
export function countOf(approval: Asking & Pick<Approval, "decisions">, groups: Groups): ApprovalCount {
  const { terms } = approval;
  const first = new Map<string, Decision>();
  for (const decision of approval.decisions) if (!first.has(decision.person)) first.set(decision.person, decision);
  const counting = [...first.values()].filter(({ person }) => mayDecide(approval, { person, groups }).ok);
  const approvers = counting.filter(({ decision }) => decision === "approve").map(({ person }) => person);
  const rejecters = counting.filter(({ decision }) => decision === "reject").map(({ person }) => person);
  const forGroup = matching(approvers, (person) => groupsOf(approval, { person, groups }));
  const missing = terms.groups.filter((name) => !forGroup.has(name));
  const approvalsNeeded = Math.max(1, terms.approvalsNeeded, new Set(terms.groups).size);
  return {
    ...{ approvers, rejecters, forGroup, missing, approvalsNeeded },
    isApproved: missing.length === 0 && approvers.length >= approvalsNeeded,
    isRejected: rejecters.length >= Math.max(1, terms.rejectionsNeeded),
  };
}

/** Group -> person, as many groups as can be (Kuhn's augmenting paths; at most 10 groups). */
function matching(
  people: readonly string[],
  groupsOfPerson: (person: string) => readonly string[],
): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  const place = (person: string, seen: Set<string>): boolean => {
    for (const group of groupsOfPerson(person)) {
      if (seen.has(group)) continue;
      seen.add(group);
      const holder = taken.get(group);
      if (holder === undefined || place(holder, seen)) {
        taken.set(group, person);
        return true;
      }
    }
    return false;
  };
  for (const person of people) place(person, new Set());
  return taken;
}

/** The hash of what an approval is about; null for an exception. */
export const planHashOf = ({ subject }: Pick<Approval, "subject">): string | null =>
  subject.kind === "exception" ? null : subject.planHash;

type Deciding = {
  readonly decision: Omit<Decision, "at">;
  readonly groups: Groups;
  readonly now: Timestamp;
  /** The hash of the plan that stands now; undefined where it cannot have changed. */
  readonly planHash?: string;
};

/**
 * The approval after one more decision. The same word of the same person again changes nothing. Errors, each with its
 * reason: `approval.not-eligible`; `approval.refused` after the end, after expiry, on a plan that has changed, for the other
 * word, and for a high risk in Slack.
 */
export function decide(
  approval: Approval,
  { decision, groups, now, planHash }: Deciding,
): Result<Approval, ApprovalRefused | NotEligible> {
  const eligible = mayDecide(approval, { person: decision.person, groups });
  if (!eligible.ok) return eligible;
  // A button in a chat takes one touch; a high risk takes the page, where its name is typed.
  if (decision.via === "slack" && approval.terms.risk === "high") return refused("a high risk is decided on its page");
  const open = isOpenFor(approval, { now, ...(planHash === undefined ? {} : { planHash }) });
  const earlier = approval.decisions.find(({ person }) => person === decision.person);
  if (earlier !== undefined && hasCounted(approval, open.ok)) {
    if (earlier.decision === decision.decision) return ok(approval);
    return refused(`${decision.person} has decided already: ${earlier.decision}`);
  }
  if (!open.ok) return open;
  const decided = { ...approval, decisions: [...approval.decisions, { ...decision, at: now }] };
  const { isApproved, isRejected } = countOf(decided, groups);
  if (isRejected) return moveApproval(decided, { to: "rejected", now });
  return isApproved ? moveApproval(decided, { to: "approved", now }) : ok(decided);
}

/** What was decided by decisions can be said again; what ended without them cannot. */
const hasCounted = ({ state }: Approval, isOpen: boolean): boolean =>
  state === "pending" ? isOpen : state === "approved" || state === "rejected" || state === "executed";

function isOpenFor(
  approval: Approval,
  { now, planHash }: { now: Timestamp; planHash?: string },
): Result<void, ApprovalRefused> {
  const { state, expiresAt, endedAt } = approval;
  const at = endedAt === null ? "" : ` since ${endedAt}`;
  if (state === "expired") return refused(`it was not decided in time: it expired at ${expiresAt}`);
  if (state === "cancelled") return refused(`it is cancelled${at}: it is not asked for any more`);
  if (state === "executed") return refused("it has been carried out already");
  if (state !== "pending") return refused(`it is ${state}${at}`);
  if (expiresAt <= now) return refused(`it was not decided in time: it expired at ${expiresAt}`);
  if (planHash !== undefined && planHash !== planHashOf(approval)) {
    return refused("the plan has changed since: what would be done now is asked for anew");
  }
  return ok(undefined);
}

/**
 * Whether what was approved may be carried out at this very moment: approved, in time, on this very plan, and still by
 * enough people who are in their groups now. Asked again right before anything is applied.
 */
export function mayExecute(
  approval: Approval,
  { groups, now, planHash }: { groups: Groups; now: Timestamp; planHash: string | null },
): Result<void, ApprovalRefused> {
  if (approval.state !== "approved") return refused(`the approval is ${approval.state}`);
  if (approval.expiresAt <= now) return refused(`the approval expired at ${approval.expiresAt}`);
  if (planHashOf(approval) !== planHash) return refused("the approval is of another plan");
  const { isApproved, isRejected } = countOf(approval, groups);
  if (isApproved && !isRejected) return ok(undefined);
  return refused("of those who approved, too few are still in the groups that decide");
}

/** Whether enough people are left who could approve at all: where not, it can only expire. */
export function canBeApproved(approval: Asking & Pick<Approval, "openedAt">, groups: Groups): boolean {
  const asked = peopleAsked(approval, groups);
  const at = approval.openedAt;
  const all = asked.map((person): Decision => ({ person, decision: "approve", reason: "", at, via: "api" }));
  return countOf({ ...approval, decisions: all }, groups).isApproved;
}

export type EscalationStep = { readonly step: "remind" | "expire"; readonly at: Timestamp } | { readonly step: "end" };

/** What comes next for an approval: the reminders of its ladder, one to the fallback group, then its end, which is a denial. */
export function nextEscalation(approval: Approval): EscalationStep {
  const { terms, reminders, openedAt, expiresAt } = approval;
  if (approval.state !== "pending") return { step: "end" };
  const ladder = terms.escalation === null ? undefined : ESCALATION_LADDERS[terms.escalation];
  if (ladder === undefined) return { step: "expire", at: expiresAt };
  const last = ladder.times + (terms.fallbackGroup === null ? 0 : 1);
  const at = addSeconds(openedAt, ladder.minutes * 60 * (reminders + 1));
  return reminders < last && at < expiresAt ? { step: "remind", at } : { step: "expire", at: expiresAt };
}
