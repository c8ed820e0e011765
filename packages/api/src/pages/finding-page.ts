import type { FindingStatus } from "@ephor/domain/finding";
import type { Reply } from "../reply.ts";
import type { ShownFinding } from "../use-cases.ts";
import { responseCards } from "./finding-response.ts";
import { severityBadge } from "./finding-rows.ts";
import { foreign, type Html, html, timeHtml } from "./html.ts";
import { page, type Viewer } from "./layout.ts";

type Shown = {
  readonly finding: ShownFinding;
  readonly viewer: Viewer;
  /** What this viewer may set the status to. */
  readonly targets: readonly FindingStatus[];
};

/** One finding: what, why it matters, where, who, the evidence, and everything that happened to it. */
export function findingPage({ finding, viewer, targets }: Shown): Reply {
  const main = html`
<p><a href="/findings">Findings</a></p>
<div class="head"><h1>${foreign(finding.title)}</h1></div>
${finding.why === null ? "" : html`<p>${finding.why}</p>`}
<p>${severityBadge(finding.severity)} <span class="state">${finding.status}</span></p>
<div class="columns">
<section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2><dl>${facts(finding)}</dl></section>
<section class="card" aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>${timeline(finding)}</section>
</div>
${responseCards(finding)}
${decision({ finding, viewer, targets })}
<section class="card" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>
<pre tabindex="0" class="tall">${JSON.stringify(finding.evidence, null, 2)}</pre></section>
<p class="muted">Every change of this finding is a record of the <a href="/v1/ledger/checkpoint">signed ledger</a>. <a href="/v1/findings/${finding.id}">As JSON</a></p>`;
  return page({ title: finding.title, main, viewer, here: "/findings" });
}

function facts(finding: ShownFinding): Html[] {
  const { resource, actor, mitre, controls, eventIds } = finding;
  const known: [string, Html | string | null][] = [
    ["Resource", html`${resource.type}<br><code>${foreign(resource.arn ?? resource.id)}</code>`],
    ["Account", `${finding.account} · ${finding.region}`],
    ["Actor", actor && html`${actor.type}<br><code>${foreign(actor.arn ?? actor.name ?? actor.id)}</code>`],
    ["Detection", html`<code>${finding.detection}</code>`],
    ["First seen", timeHtml(finding.firstSeenAt)],
    ["Last seen", timeHtml(finding.lastSeenAt)],
    ["Occurrences", String(finding.occurrences)],
    ["Resolved", finding.resolvedAt && timeHtml(finding.resolvedAt)],
    ["MITRE ATT&CK", mitre.length === 0 ? null : mitre.join(", ")],
    ["Controls", controls.length === 0 ? null : controls.join(", ")],
    ["Proposed fix", finding.remediation && html`<code>${finding.remediation}</code>`],
    ["Newest event", eventIds[0] === undefined ? null : html`<code>${foreign(eventIds[0])}</code>`],
    ["Id", html`<code>${finding.id}</code>`],
  ];
  return known.flatMap(([name, value]) => (value === null ? [] : [html`<dt>${name}</dt><dd>${value}</dd>`]));
}

function timeline({ timeline: entries }: ShownFinding): Html {
  if (entries.length === 0) return html`<p class="empty">Nothing has happened yet.</p>`;
  const lines = entries.map(
    (entry) => html`<li><p class="muted">${timeHtml(entry.at)} · ${foreign(entry.by)}</p><p>${foreign(entry.text)}</p>
${entry.executionId === undefined ? "" : html`<p><a href="/v1/executions/${entry.executionId}">Execution</a></p>`}</li>`,
  );
  return html`<ol class="timeline">${lines}</ol>`;
}

function decision({ finding, viewer, targets }: Shown): Html | string {
  if (targets.length === 0 || viewer.csrf === undefined) return "";
  const options = targets.map((target) => html`<option>${target}</option>`);
  return html`<section class="card" aria-labelledby="decide"><h2 id="decide">Decide</h2>
<form class="filters" method="post" action="/findings/${finding.id}/transitions">
<input type="hidden" name="csrf" value="${viewer.csrf}">
<label>status<select name="to">${options}</select></label>
<label class="wide">reason<input name="reason" required maxlength="2000" autocomplete="off"></label>
<div class="actions"><button class="primary">Change status</button></div></form></section>`;
}
