import type { ToType } from "@ephor/app/view-approval-link";
import type { Decision } from "@ephor/domain/approval";
import type { Risk } from "@ephor/domain/remediation";
import { assertNever } from "@ephor/domain/result";
import type { ShownApproval } from "../approval-use-cases.ts";
import { severityBadge } from "./finding-rows.ts";
import { foreign, type Html, html, plural, timeHtml } from "./html.ts";
import { planCards } from "./plan-parts.ts";

export type NameOf = (id: string) => string;

/** Colour repeats what the words say. */
export const riskBadge = (risk: Risk): Html => html`<span class="badge ${risk}">${risk} risk</span>`;
export const stateBadge = (state: ShownApproval["state"]): Html => html`<span class="state ${state}">${state}</span>`;

/** What is asked, where, by whom, why, until when, and how it could be undone. */
export function approvalFacts(approval: ShownApproval, { nameOf }: { nameOf: NameOf }): Html {
  const { resource, account, region, finding, plan, exception } = approval;
  const known: readonly (readonly [string, Html | string | null])[] = [
    ["Resource", resource && resourceHtml(resource)],
    ["Where", account && html`account <code>${account}</code>${region === null ? "" : html` · ${region}`}`],
    ["Mutes", exception && html`<code>${foreign(scopeText(exception.scope))}</code>`],
    ["Asked by", askedBy(approval, nameOf)],
    ["Reason given", approval.reason === null ? null : foreign(approval.reason)],
    [
      approval.subject.kind === "rollback" ? "What was found" : "Because",
      finding && html`${foreign(finding.title)} ${severityBadge(finding.severity)}`,
    ],
    ["Why it matters", approval.why],
    ["Blast radius", plan && foreign(plan.blast)],
    ["To undo", undoing(approval)],
    [
      "Made by code",
      plan?.owner
        ? html`${plan.owner.tool}: <code>${foreign(plan.owner.name)}</code>; its next run may undo a change by hand`
        : null,
    ],
    ["Muted until", exception && timeHtml(exception.expiresAt)],
    ["Decide before", timeHtml(approval.expiresAt)],
    ["Needs", needs(approval)],
  ];
  const rows = known.flatMap(([name, value]) => (value === null ? [] : [html`<dt>${name}</dt><dd>${value}</dd>`]));
  return html`<dl class="facts">${rows}</dl>`;
}

/** Who asks; a way back asked for by who caused the finding is a reason to look twice. */
function askedBy({ requester, requesterIsCause }: ShownApproval, nameOf: NameOf): Html {
  if (!requesterIsCause) return foreign(nameOf(requester));
  return html`${foreign(nameOf(requester))}<br><strong>It was also this person whose action caused the finding.</strong>`;
}

/** Its name as people know it, and what AWS knows it by. */
function resourceHtml({ type, id, arn, name }: NonNullable<ShownApproval["resource"]>): Html {
  const named = name === undefined || name === id ? "" : html`<strong>${foreign(name)}</strong><br>`;
  return html`${named}<code>${foreign(arn ?? id)}</code><br><span class="muted">${type}</span>`;
}

const scopeText = (scope: object): string =>
  Object.entries(scope)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");

function undoing({ subject, plan, exception }: ShownApproval): string | null {
  if (exception !== null) return "An exception can be revoked at any time.";
  if (plan === null) return null;
  if (subject.kind === "rollback") return "This is the way back; the finding opens again.";
  if (subject.kind === "review") return "This only confirms; taking the change back is asked for apart.";
  if (plan.irreversible !== null) return `Cannot be undone: ${plan.irreversible}`;
  return "Taken back on request, with an approval of its own, while nobody has changed it since.";
}

function needs({ approvalsNeeded, groups, because, rejectionsNeeded }: ShownApproval): Html {
  const who = groups.length === 1 ? `from ${groups[0]}` : `with one each from ${groups.join(", ")}`;
  const more = because.length === 0 ? "" : html`<br><span class="muted">${because.join("; ")}</span>`;
  return html`${plural(approvalsNeeded, "approval")} ${who}; ${plural(rejectionsNeeded, "rejection")} rejects${more}`;
}

/** Who has decided, in order. */
export function decisionsList(
  { decisions, approvers, approvalsNeeded, missing, state }: ShownApproval,
  nameOf: NameOf,
): Html {
  const count =
    state === "pending"
      ? html`<p>${approvers.length} of ${plural(approvalsNeeded, "approval")}${missing.length === 0 || decisions.length === 0 ? "" : `; nobody yet for ${missing.join(", ")}`}.</p>`
      : "";
  if (decisions.length === 0) return html`${count}<p class="empty">Nobody has decided yet.</p>`;
  const lines = decisions.map(
    (one) => html`<li><p><strong>${foreign(nameOf(one.person))}</strong> ${past(one)}</p>
<p class="muted">${timeHtml(one.at)}${one.reason === "" ? "" : html` · ${foreign(one.reason)}`}</p></li>`,
  );
  return html`${count}<ol class="timeline">${lines}</ol>`;
}

export const past = ({ decision }: Pick<Decision, "decision">): string =>
  decision === "approve" ? "approved" : "rejected";

const HEADINGS: Readonly<Record<ShownApproval["subject"]["kind"], { heading: string; note?: string }>> = {
  plan: { heading: "What would be done" },
  rollback: {
    heading: "What would be done",
    note: "From the state that the change left. Where somebody else has changed it since, nothing is done.",
  },
  review: { heading: "What was done" },
  exception: { heading: "What would be done" },
};

/** What would be done, or was, where it is a change at all. */
export const changeCards = ({ plan, subject }: ShownApproval): Html | string =>
  plan === null ? "" : planCards(plan, HEADINGS[subject.kind]);

type Leads = { readonly approve: string; readonly reject: string };

/** What each of the two answers leads to. */
export function leadsOf({ subject }: Pick<ShownApproval, "subject">): Leads {
  switch (subject.kind) {
    case "plan":
      return {
        approve: "Once enough people have approved, it is applied, unless something has changed since.",
        reject: "Nothing is changed, and the finding stays open.",
      };
    case "rollback":
      return {
        approve: "Once enough people have approved, the change is taken back and the finding opens again.",
        reject: "The change stays. It can be asked for again.",
      };
    case "review":
      return {
        approve: "It was right to apply it without approval. Nothing more is done.",
        reject: `It was not right, which the ledger keeps. Nothing is changed by that: the change is taken back on request, by npx ephor findings rollback ${subject.findingId} --reason TEXT`,
      };
    case "exception":
      return {
        approve: "Findings in this scope are recorded, and nothing is done about them until it ends.",
        reject: "Findings in this scope are answered as before.",
      };
    default:
      return assertNever(subject);
  }
}

type Form = {
  readonly action: string;
  readonly hidden: Readonly<Record<string, string | undefined>>;
  readonly leads: Leads;
  /** Null where being signed in is enough. */
  readonly toType: ToType | null;
  /** What was typed before, where the answer was refused. */
  readonly reason?: string | undefined;
  readonly refusal?: { readonly message: string; readonly triesLeft?: number } | undefined;
};

/** Neither answer is chosen beforehand, and one button sends it: no key pressed by mistake approves anything. */
export function decisionForm({ action, hidden, leads, toType, refusal, reason = "" }: Form): Html {
  const fields = Object.entries(hidden).map(([name, value]) =>
    value === undefined ? "" : html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<section class="card" aria-labelledby="decide"><h2 id="decide">Your decision</h2>
${refusal === undefined ? "" : refused(refusal)}
<form class="decide" method="post" action="${action}">${fields}
<fieldset><legend>What do you decide?</legend>
<label class="choice"><input type="radio" name="decision" value="approve" required aria-describedby="approve-leads"> Approve</label>
<p class="muted" id="approve-leads">${leads.approve}</p>
<label class="choice"><input type="radio" name="decision" value="reject" required aria-describedby="reject-leads"> Reject</label>
<p class="muted" id="reject-leads">${leads.reject}</p></fieldset>
<label class="plain">Why, for the record<textarea name="reason" rows="2" maxlength="2000" autocomplete="off">${reason}</textarea></label>
${toType === null ? "" : typedField(toType)}
<div class="actions"><button class="primary">Send my decision</button></div></form></section>`;
}

export function refused({ message, triesLeft }: NonNullable<Form["refusal"]>): Html {
  const left = triesLeft === undefined ? "" : ` ${plural(triesLeft, "try").replace("trys", "tries")} left.`;
  return html`<p class="alert"><strong>Not decided.</strong> ${message.charAt(0).toUpperCase()}${message.slice(1)}.${left}</p>`;
}

function typedField(toType: ToType): Html {
  if (toType.kind === "code") {
    return html`<label class="plain">Code from your message
<span class="muted" id="typed-hint">Four characters beside the link. They are not on this page.</span>
<input class="code" name="typed" required maxlength="12" size="8" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="typed-hint"></label>`;
  }
  return html`<label class="plain">Type the name of what would be changed
<span class="muted" id="typed-hint">Exactly <code>${foreign(toType.name)}</code></span>
<input name="typed" required maxlength="2048" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="typed-hint"></label>`;
}
