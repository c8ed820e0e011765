import type { FindingApproval } from "@ephor/app/finding-approvals";
import { RESPONSE_ENDS, type Response, type ResponseEnd } from "@ephor/domain/response";
import type { ShownFinding } from "../use-cases.ts";
import { stateBadge } from "./approval-parts.ts";
import { foreign, type Html, html, timeHtml } from "./html.ts";
import { planCards } from "./plan-parts.ts";

/** What is done about a finding: how far it has come, what would be done or was, who is asked, and what a person can do. */
export function responseCards(finding: ShownFinding): Html {
  const { response, plan } = finding;
  const answer = response === null ? "" : responseCard(finding, response);
  const isEmpty = plan === null || plan.calls.length === 0;
  const cards = isEmpty || response === null ? "" : planCards(plan, { heading: headingOf(response) });
  return html`${answer}${cards}${commandsCard(finding)}`;
}

function responseCard({ approvals, generation }: ShownFinding, response: Response): Html {
  const { state, end, detail, startedAt, endedAt } = response;
  const earlier =
    response.generation === generation ? "" : html` <span class="muted">in an earlier life of this finding</span>`;
  const ended = endedAt === null ? "" : html`<dt>Ended</dt><dd>${timeHtml(endedAt)}</dd>`;
  const asked =
    approvals.length === 0 ? "" : html`<dt>People asked</dt><dd>${approvals.map((one) => approvalLine(one))}</dd>`;
  return html`<section class="card" aria-labelledby="response"><h2 id="response">Response</h2>
<p><span class="state">${end ?? state}</span>${earlier}</p><p>${foreign(detail)}</p>
<dl class="facts"><dt>Begun</dt><dd>${timeHtml(startedAt)}</dd>${ended}${asked}</dl></section>`;
}

const WHAT: Readonly<Record<FindingApproval["kind"], string>> = {
  plan: "Whether to apply it",
  rollback: "Whether to take it back",
  review: "Review of what was applied by break-glass",
};

function approvalLine({ id, kind, state, reason }: FindingApproval): Html {
  const why = reason === null ? "" : html` <span class="muted">${foreign(reason)}</span>`;
  return html`<p><a href="/approvals/${id}">${WHAT[kind]}</a> ${stateBadge(state)}${why}</p>`;
}

const DONE: ReadonlySet<ResponseEnd> = new Set(["resolved"]);
const IN_PART: ReadonlySet<ResponseEnd> = new Set(["rollback-conflict", "rollback-failed"]);

function headingOf({ state, end }: Response): string {
  if (end === null)
    return state === "planning" || state === "awaiting-approval" ? "What would be done" : "What is done";
  if (DONE.has(end)) return "What was done";
  if (end === "rolled-back") return "What was done, and taken back";
  return IN_PART.has(end) ? "What was done, at least in part" : "What would have been done";
}

type Command = { readonly what: string; readonly command: string };

/** What only the command line and the API offer, as far as it makes sense now. */
function commandsCard(finding: ShownFinding): Html | string {
  const commands = commandsFor(finding);
  if (commands.length === 0) return "";
  const lines = commands.map(
    ({ what, command }) => html`<p>${what}</p><pre tabindex="0"><code>${command}</code></pre>`,
  );
  return html`<section class="card" aria-labelledby="commands"><h2 id="commands">From the command line</h2>${lines}</section>`;
}

function commandsFor(finding: ShownFinding): readonly Command[] {
  const { id, plan, detection, status } = finding;
  const isOpen = status !== "resolved" && status !== "excepted";
  const known: readonly (Command | false)[] = [
    plan !== null && {
      what: "The plan with AWS CLI commands, to carry it out or decide on it elsewhere:",
      command: `npx ephor findings plan ${id}`,
    },
    mayForce(finding) && {
      what: "Apply it at once without approval, as a person who answers for it; it is told and reviewed:",
      command: `npx ephor findings break-glass ${id} --reason TEXT`,
    },
    mayGoBack(finding) && {
      what: "Ask for the way back; two people decide on it, and not whoever asks:",
      command: `npx ephor findings rollback ${id} --reason TEXT`,
    },
    isOpen && {
      what: "Ask for an exception, so that nothing is done about such findings until it ends:",
      command: `npx ephor exceptions request ${detection} --account ${finding.account} --reason TEXT --expires 30d`,
    },
  ];
  return known.filter((one) => one !== false);
}

/** What was applied in this life is not applied again, and what is under way needs no hurry. */
function mayForce({ status, response, remediation, generation }: ShownFinding): boolean {
  if (remediation === null || status === "resolved" || status === "excepted" || status === "remediating") return false;
  if (response === null || response.generation !== generation) return true;
  if (response.forcedBy !== null) return false;
  return response.end === null || RESPONSE_ENDS[response.end].finding === "open";
}

function mayGoBack({ response, plan, approvals, generation }: ShownFinding): boolean {
  if (response?.end !== "resolved" || response.generation !== generation || plan?.irreversible !== null) return false;
  return !approvals.some(({ kind, state }) => kind === "rollback" && (state === "pending" || state === "approved"));
}
