import type { Approval } from "@ephor/domain/approval";
import { countOf, mayDecide, planHashOf } from "@ephor/domain/approval-decision";
import type { Finding } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import type { Message, Notice } from "@ephor/domain/notice";
import type { Plan } from "@ephor/domain/plan";
import { redact } from "@ephor/domain/redact/redact";
import type { PlannedCall } from "@ephor/domain/remediation";
import { decode, type RollbackRequest } from "./items.ts";
import { approvalKey, exceptionKey, planKey } from "./keys.ts";
import { exceptionFacts } from "./notice-exception.ts";
import {
  accountText,
  buttons,
  type ComposeDeps,
  type Composing,
  capital,
  type Fact,
  fact,
  listed,
  NOTHING_TO_DECIDE,
  nameOf,
  paragraph,
  readFinding,
  resourceText,
  type Said,
  type SaidOf,
  told,
} from "./notice-parts.ts";
import { blastBack, readRollback, turned } from "./way-back.ts";

type Asking = Composing & { readonly notice: Extract<Notice, { kind: "approval" }> };
type Ended = Composing & { readonly notice: Extract<Notice, { kind: "approval-ended" }> };
type Context = {
  readonly approval: Approval;
  readonly finding: Finding | undefined;
  readonly plan: Plan | undefined;
  readonly scope: readonly Fact[];
  /** What a way back is asked for with. */
  readonly back: RollbackRequest | undefined;
};
const CALLS_MAX = 10;

/** Somebody is asked to decide. Null once nobody is asked any more: whoever comes late is told of nothing to do. */
export async function approvalSaid(d: ComposeDeps, of: Asking): Promise<SaidOf | null> {
  const context = await contextOf(d, of);
  if (context === undefined || context.approval.state !== "pending") return null;
  const { approval } = context;
  const { reminder, person } = of.notice;
  if (approval.expiresAt <= d.clock.now()) return null;
  if (person !== undefined && !mayDecide(approval, { person, groups: d.config.groups }).ok) return null;
  const said: Said = {
    subject: `${reminder === 0 ? "Approval needed" : `Reminder ${reminder}: approval needed`}: ${told(approval.title)}`,
    ...about(d, context),
    paragraphs: [
      ...whatAndWhy(d, context),
      paragraph("What will be done", planText(context)),
      paragraph("What is asked of you", askedText(d, approval)),
    ],
    diff: diffOf(context),
    settles: false,
    ...waysToDecide(d, { approval, of }),
  };
  return { said, findingId: context.finding?.id ?? null };
}

/** How it ended. To a message with buttons it comes in their place. */
export async function approvalEndedSaid(d: ComposeDeps, of: Ended): Promise<SaidOf | null> {
  const context = await contextOf(d, of);
  if (context === undefined) return null;
  const { approval } = context;
  const said: Said = {
    subject: `${capital(of.notice.state)}: ${told(approval.title)}`,
    ...about(d, context),
    paragraphs: [
      ...whatAndWhy(d, context).slice(0, 1),
      paragraph("What was decided", endText(d, { approval, state: of.notice.state })),
      paragraph("What will be done", NEXT[of.notice.state]),
    ],
    ...NOTHING_TO_DECIDE,
    link: linkOf(d, approval),
    settles: true,
  };
  return { said, findingId: context.finding?.id ?? null };
}

async function contextOf(d: ComposeDeps, { tenant, notice }: Asking | Ended): Promise<Context | undefined> {
  const item = await d.store.get(approvalKey(tenant, notice.approvalId));
  if (item === undefined) return undefined;
  const approval = decode("approval", item);
  const { subject } = approval;
  if (subject.kind === "exception") {
    const stored = await d.store.get(exceptionKey(tenant, subject.exceptionId));
    const scope = stored === undefined ? [] : exceptionFacts(d, decode("exception", stored));
    return { approval, finding: undefined, plan: undefined, scope, back: undefined };
  }
  const [finding, plan, back] = await Promise.all([
    readFinding(d, { tenant, findingId: subject.findingId }),
    d.store.get(planKey(tenant, subject)),
    subject.kind === "rollback" ? readRollback(d, { tenant, ...subject }) : undefined,
  ]);
  return { approval, finding, plan: plan && decode("plan", plan), scope: [], back };
}

function about(d: ComposeDeps, { approval, finding, scope, back }: Context) {
  const { account, region, resource, terms, expiresAt } = approval;
  const facts: readonly Fact[] = [
    ...scope,
    ...(account === null ? [] : [fact("Account", accountText(d.config, account))]),
    ...(region === null ? [] : [fact("Region", region)]),
    ...(resource === null ? [] : [fact("Resource", resourceText(resource))]),
    fact(
      "Asked for by",
      `${nameOf(d.config, approval.requester)}${back?.isCause === true ? ", who also caused the finding" : ""}`,
    ),
    ...(back === undefined ? [] : [fact("Reason given", back.reason)]),
    fact("Risk", terms.risk),
    fact("Expires", `${expiresAt}; undecided by then, it is denied`),
  ];
  return {
    severity: finding?.severity ?? null,
    facts,
    group: approval.id,
    // Each is a question of its own.
    alike: null,
    data: { approval: redact({ ...dataOf(approval), ...(back === undefined ? {} : { reason: back.reason }) }) },
  };
}

const dataOf = (approval: Approval): JsonObject => ({
  ...{ id: approval.id, subject: approval.subject, title: approval.title, state: approval.state },
  ...{ account: approval.account, region: approval.region, resource: approval.resource },
  ...{ risk: approval.terms.risk, approvalsNeeded: approval.terms.approvalsNeeded, groups: approval.terms.groups },
  ...{ openedAt: approval.openedAt, expiresAt: approval.expiresAt, endedAt: approval.endedAt },
  planHash: planHashOf(approval),
  decisions: approval.decisions.map(({ person, decision, at, via }) => ({ person, decision, at, via })),
});

function whatAndWhy(d: ComposeDeps, { approval, finding }: Context) {
  if (finding === undefined) return [paragraph("What happened", approval.title)];
  const why = d.whyOf(finding.detection);
  return [paragraph("What happened", finding.title), ...(why === null ? [] : [paragraph("Why it matters", why)])];
}

function planText({ approval, plan, back }: Context): string {
  const { kind } = approval.subject;
  if (kind === "exception") return "Findings in this scope are recorded as before, but nothing is done about them.";
  if (plan === undefined) return "What the finding's page shows.";
  if (kind === "rollback") {
    const made = back?.calls === undefined || back.calls.length === 0 ? "" : ` ${callsSaid(back.calls)}.`;
    return `"${plan.title}" is taken back.${made} ${blastBack(plan)} The finding opens again.`;
  }
  const steps = `${plan.title}: ${callsSaid(plan.calls)}.`;
  if (kind === "review") return `It has been applied by break-glass and is looked at now. ${steps}`;
  const owner =
    plan.owner === null ? "" : ` ${plan.owner.tool} (${plan.owner.name}) owns the resource and may undo the change.`;
  const undone = plan.irreversible === null ? "It can be undone." : `It cannot be undone: ${plan.irreversible}`;
  return `${steps} ${plan.blast} ${undone}${owner}`;
}

function callsSaid(calls: readonly PlannedCall[]): string {
  const said = calls.slice(0, CALLS_MAX).map(({ says }) => says);
  const more = calls.length - said.length;
  return `${said.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

/** A way back is the difference the other way round. */
function diffOf({ plan, approval }: Context): Message["diff"] {
  if (plan === undefined) return [];
  const diff = approval.subject.kind === "rollback" ? plan.diff.map(turned) : plan.diff;
  return diff.map(({ path, before, after }) => ({
    path,
    ...(before === undefined ? {} : { before: redact(before) }),
    ...(after === undefined ? {} : { after: redact(after) }),
  }));
}

function askedText(d: ComposeDeps, approval: Approval): string {
  const { terms } = approval;
  const { approvers, approvalsNeeded } = countOf(approval, d.config.groups);
  const people = approvalsNeeded === 1 ? "one person" : `${approvalsNeeded} people`;
  const so = approvers.length === 0 ? "" : ` ${listed(approvers.map((one) => nameOf(d.config, one)))} approved so far.`;
  const because =
    terms.because.length === 0 ? "" : ` More than the rule asks for, because ${terms.because.join("; ")}.`;
  return `To approve or to reject. It takes ${people} of ${listed(terms.groups)}.${so}${because}`;
}

/** Where whoever is signed in sees it. It decides nothing by itself. */
const linkOf = (d: ComposeDeps, { id }: Approval): Said["link"] => ({
  label: "The approval in Ephor",
  url: `${d.publicUrl}/approvals/${id}`,
});

/** A personal link and its code to one person; buttons where all see it; nothing that decides anywhere else. */
function waysToDecide(
  d: ComposeDeps,
  { approval, of }: { approval: Approval; of: Asking },
): Pick<Said, "link" | "code" | "actions"> {
  const { person } = of.notice;
  if (person !== undefined) {
    const { tenant, id: approvalId, expiresAt } = approval;
    const { token, code } = d.linkFor({ tenant, approvalId, person, expiresAt });
    const name = nameOf(d.config, person);
    return {
      link: { label: `Decide here, a link for ${name} alone`, url: `${d.publicUrl}/approve/${token}` },
      code: approval.terms.risk === "high" ? null : code,
      actions: [],
    };
  }
  const isSlack = d.config.channels[of.channel]?.kind === "slack";
  const open: Message["actions"] = [{ decision: "open", label: "Get my link to decide", approvalId: approval.id }];
  const actions = approval.terms.risk === "high" ? open : [...buttons(approval.id), ...open];
  return { link: linkOf(d, approval), code: null, actions: isSlack ? actions : [] };
}

type State = Ended["notice"]["state"];

function endText(d: ComposeDeps, { approval, state }: { approval: Approval; state: State }): string {
  const said = approval.decisions.map(
    ({ person, decision, reason }) =>
      `${nameOf(d.config, person)} ${decision === "approve" ? "approved" : "rejected"}${reason === "" ? "" : ` (${reason})`}`,
  );
  const head: Readonly<Record<State, string>> = {
    pending: "Nothing yet.",
    approved: "Approved.",
    executed: "Approved and carried out.",
    rejected: "Rejected.",
    expired: "Nobody decided in time, which is a denial.",
    cancelled: "It is not asked for any more.",
  };
  return said.length === 0 ? head[state] : `${head[state]} ${listed(said)}.`;
}

const NEXT: Readonly<Record<State, string>> = {
  pending: "It waits for a decision.",
  approved: "What was approved is carried out now, if nothing has changed since.",
  executed: "It has been carried out.",
  rejected: "Nothing is changed.",
  expired: "Nothing is changed.",
  cancelled: "Nothing is changed by it.",
};
