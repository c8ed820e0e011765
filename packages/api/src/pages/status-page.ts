import { SEVERITIES } from "@ephor/domain/severity";
import type { Reply } from "../reply.ts";
import type { NodeStatus } from "../use-cases.ts";
import { findingRows } from "./finding-rows.ts";
import { duration, foreign, type Html, html, timeHtml } from "./html.ts";
import { page, type Viewer } from "./layout.ts";

type Shown = { readonly status: NodeStatus; readonly viewer: Viewer; readonly publicUrl: string };

/** What this node knows and how it is, on one page. */
export function statusPage({ status, viewer, publicUrl }: Shown): Reply {
  const hasFindings = status.findings.newest.length > 0;
  const main = html`
<div class="head"><h1>Overview</h1><span class="state ${status.state}">${status.state}</span></div>
${stopped(status)}
${openCounts(status)}
<section class="card" aria-labelledby="newest">
<div class="head"><h2 id="newest">Newest findings</h2>${hasFindings ? html`<a href="/findings">All findings</a>` : ""}</div>
${hasFindings ? findingRows(status.findings.newest) : noFindings()}
</section>
<div class="columns">${ledgerCard(status)}${nodeCard(status)}</div>
${sendEvents(publicUrl)}`;
  return page({ title: "Overview", main, viewer, here: "/" });
}

/** That nothing is applied stands first: whatever else the page says, nothing is put right meanwhile. */
function stopped({ applying }: NodeStatus): Html | string {
  if (!applying.stopped) return "";
  const since = applying.at === null ? "" : html` since ${timeHtml(applying.at)}`;
  return html`<p class="alert" role="status"><strong>Applying is stopped</strong>${since}${applying.forAll ? ", for every tenant" : ""}: nothing is changed and nothing taken back. ${foreign(applying.by ?? "")}: ${foreign(applying.reason ?? "")}.
<code>npx ephor stop-applying --resume --reason TEXT</code> lets it go on.</p>`;
}

function openCounts({ findings }: NodeStatus): Html {
  const counts = [...SEVERITIES]
    .reverse()
    .map(
      (severity) =>
        html`<li><a class="count ${severity}" href="/findings?severity=${severity}"><strong>${findings.open[severity]}</strong><span>${severity}</span></a></li>`,
    );
  return html`<section aria-labelledby="open"><h2 id="open" class="small">Open findings</h2><ul class="counts">${counts}</ul></section>`;
}

const noFindings = (): Html =>
  html`<p class="empty"><strong>Nothing found yet.</strong> Findings appear here as soon as an event matches a detection. Send some events, as shown below.</p>`;

function ledgerCard({ ledger }: NodeStatus): Html {
  const signed = ledger.signedAt === null ? "not signed yet" : timeHtml(ledger.signedAt);
  const note =
    ledger.checkpoint === null
      ? html`<p class="empty">The first checkpoint is signed with the first record.</p>`
      : html`<pre tabindex="0" aria-label="Signed checkpoint">${ledger.checkpoint}</pre>`;
  return html`<section class="card" aria-labelledby="ledger"><h2 id="ledger">Ledger</h2>
<dl><dt>Records</dt><dd>${ledger.size}</dd><dt>Checkpoint</dt><dd>${signed}</dd></dl>${note}</section>`;
}

function nodeCard({ version, uptimeSeconds, inbox, applying }: NodeStatus): Html {
  return html`<section class="card" aria-labelledby="node"><h2 id="node">Node</h2>
<dl><dt>Version</dt><dd>${version}</dd><dt>Running for</dt><dd>${duration(uptimeSeconds)}</dd>
<dt>Applying</dt><dd>${applying.stopped ? "stopped" : "not stopped"}</dd>
<dt>Events waiting</dt><dd>${inbox.depth}</dd><dt>Dead letters</dt><dd>${inbox.deadLetters}</dd></dl>
<p class="links"><a href="/openapi.json">API description</a> <a href="/metrics">Metrics</a> <a href="/v1/detections">Detections</a></p></section>`;
}

function sendEvents(publicUrl: string): Html {
  return html`<section class="card" aria-labelledby="send"><h2 id="send">Send events</h2>
<p>EventBridge envelopes, CloudTrail records, ASFF or OCSF; one, an array, or one a line. The command takes the token from <code>admin-token</code> in the node's data folder.</p>
<pre tabindex="0"><code>npx ephor events send events.json --url ${publicUrl}</code></pre>
<pre tabindex="0"><code>curl -sS ${publicUrl}/v1/events \\
  -H "Authorization: Bearer $EPHOR_TOKEN" \\
  -H "Content-Type: application/x-ndjson" \\
  --data-binary @events.ndjson</code></pre></section>`;
}
