import type { FindingLine } from "@ephor/domain/finding";
import type { Severity } from "@ephor/domain/severity";
import { foreign, type Html, html, plural, timeHtml } from "./html.ts";

/** Colour repeats what the word says, so nothing is lost without it. */
export const severityBadge = (severity: Severity): Html => html`<span class="badge ${severity}">${severity}</span>`;

/** A list that is a table on a wide screen and cards on a narrow one. */
export const findingRows = (findings: readonly FindingLine[]): Html =>
  html`<ul class="rows">${findings.map(findingRow)}</ul>`;

function findingRow(finding: FindingLine): Html {
  const { id, title, severity, status, account, region, resource, occurrences, firstSeenAt } = finding;
  return html`<li>
${severityBadge(severity)}
<div class="what"><a href="/findings/${id}">${foreign(title)}</a>
<p class="muted">${foreign(resource.id)} · ${account} · ${region}</p></div>
<div class="when muted"><span>First seen ${timeHtml(firstSeenAt)}</span><p>${status} · seen ${occurrences === 1 ? "once" : plural(occurrences, "time")}</p></div>
</li>`;
}
