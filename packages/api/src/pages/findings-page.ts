import { FINDING_STATUSES, type FindingLine } from "@ephor/domain/finding";
import { SEVERITIES } from "@ephor/domain/severity";
import type { Reply } from "../reply.ts";
import type { ListPage } from "../use-cases.ts";
import { findingRows } from "./finding-rows.ts";
import { type Html, html } from "./html.ts";
import { page, type Viewer } from "./layout.ts";

type Filters = { readonly [name: string]: string };
type Shown = { readonly list: ListPage<FindingLine>; readonly filters: Filters; readonly viewer: Viewer };

/** Findings with their filters in the URL, so that a view can be kept and sent. */
export function findingsPage({ list, filters, viewer }: Shown): Reply {
  const main = html`
<h1>Findings</h1>
${filterForm(filters)}
<section class="card" aria-label="Findings">${list.items.length > 0 ? findingRows(list.items) : nothing(filters, list)}
${list.cursor === null ? "" : html`<p class="more"><a href="/findings?${query({ ...filters, cursor: list.cursor })}">Older findings</a></p>`}
</section>`;
  return page({ title: "Findings", main, viewer, here: "/findings" });
}

function filterForm(filters: Filters): Html {
  return html`<form class="filters card" method="get" action="/findings">
${select("severity", { options: [...SEVERITIES].reverse(), filters })}
${select("status", { options: FINDING_STATUSES, filters })}
${input("account", { hint: "12 digits", filters })}${input("region", { hint: "eu-central-1", filters })}
${input("resource", { hint: "id", filters })}${input("detection", { hint: "id", filters })}
${input("since", { hint: "2026-01-31", filters })}${input("until", { hint: "2026-02-28", filters })}
<div class="actions"><button class="primary">Filter</button><a href="/findings">Clear</a></div></form>`;
}

type Select = { readonly options: readonly string[]; readonly filters: Filters };
function select(name: string, { options, filters }: Select): Html {
  const all = options.map(
    (option) => html`<option ${filters[name] === option ? html`selected` : ""}>${option}</option>`,
  );
  return html`<label>${name}<select name="${name}"><option value="">any</option>${all}</select></label>`;
}

const input = (name: string, { hint, filters }: { hint: string; filters: Filters }): Html =>
  html`<label>${name}<input name="${name}" value="${asTyped(filters[name] ?? "")}" placeholder="${hint}" autocomplete="off" spellcheck="false"></label>`;

/** A day stands for its beginning (`routes/pages.ts`), so that is what a form shows again. */
const asTyped = (value: string): string => value.replace(/^(\d{4}-\d{2}-\d{2})T00:00:00\.000Z$/, "$1");

/** A page may be empty while there are older ones: a filter reads only so many items at once. */
function nothing(filters: Filters, list: ListPage<FindingLine>): Html {
  if (list.cursor !== null) return html`<p class="empty">None among the newest. There are older findings.</p>`;
  if (Object.keys(filters).length > 0) return html`<p class="empty">No finding matches these filters.</p>`;
  return html`<p class="empty"><strong>Nothing found yet.</strong> The <a href="/">overview</a> shows how to send events.</p>`;
}

const query = (values: Filters): string => new URLSearchParams(values).toString();
