import { type Caller, mayActAs } from "@ephor/app/caller";
import { toTypeFor } from "@ephor/app/view-approval-link";
import type { ShownApproval } from "../approval-use-cases.ts";
import type { Reply } from "../reply.ts";
import {
  approvalFacts,
  changeCards,
  decisionForm,
  decisionsList,
  leadsOf,
  type NameOf,
  past,
  riskBadge,
  stateBadge,
} from "./approval-parts.ts";
import { foreign, type Html, html, timeHtml } from "./html.ts";
import { page, type Viewer } from "./layout.ts";

type Shown = {
  readonly approval: ShownApproval;
  readonly viewer: Viewer;
  readonly caller: Pick<Caller, "person" | "role">;
  readonly nameOf: NameOf;
};

/** One approval for people who are signed in, with the form for those who are asked. */
export function approvalPage(shown: Shown): Reply {
  const { approval, viewer, nameOf } = shown;
  const { finding } = approval;
  const main = html`
<p><a href="/approvals">Approvals</a>${finding === null ? "" : html` · <a href="/findings/${finding.id}">The finding</a>`}</p>
<div class="head"><h1>${foreign(approval.title)}</h1></div>
<p>${stateBadge(approval.state)} ${riskBadge(approval.risk)}</p>
${approval.waits === null ? "" : html`<p class="alert" role="status"><strong>Approved, and waits:</strong> ${foreign(approval.waits)}.</p>`}
<section class="card" aria-labelledby="facts"><h2 id="facts">What is asked</h2>${approvalFacts(approval, { nameOf })}</section>
${changeCards(approval)}
<section class="card" aria-labelledby="decisions"><h2 id="decisions">Decided so far</h2>${decisionsList(approval, nameOf)}</section>
${deciding(shown)}
<p class="muted">Every decision is a signed record of the <a href="/v1/ledger/checkpoint">ledger</a>. <a href="/v1/approvals/${approval.id}">As JSON</a></p>`;
  return page({ title: approval.title, main, viewer, here: "/approvals" });
}

/** The form, or why there is none for this viewer. */
function deciding({ approval, viewer, caller, nameOf }: Shown): Html | string {
  const { state, decisions, asked, id } = approval;
  const own = decisions.find(({ person }) => person === caller.person);
  if (own !== undefined)
    return html`<p class="done" role="status"><strong>You ${past(own)} this</strong> on ${timeHtml(own.at)}.</p>`;
  if (state !== "pending") return "";
  if (viewer.csrf === undefined || caller.person === null || !mayActAs(caller.role, "approver")) {
    return html`<p class="muted">Asked: ${people(asked, nameOf)}. To decide, sign in as one of them with the role approver.</p>`;
  }
  if (!asked.includes(caller.person))
    return html`<p class="muted">Asked: ${people(asked, nameOf)}. You are not among them.</p>`;
  const toType = toTypeFor(approval);
  const typed = toType.kind === "name" ? toType : null;
  const leads = leadsOf(approval);
  return decisionForm({ action: `/approvals/${id}/decisions`, hidden: { csrf: viewer.csrf }, leads, toType: typed });
}

const PEOPLE_MAX = 20;
function people(asked: readonly string[], nameOf: NameOf): string {
  if (asked.length === 0) return "nobody: these groups have no members who may decide";
  const named = asked.slice(0, PEOPLE_MAX).map(nameOf).join(", ");
  return asked.length > PEOPLE_MAX ? `${named} and ${asked.length - PEOPLE_MAX} more` : named;
}
