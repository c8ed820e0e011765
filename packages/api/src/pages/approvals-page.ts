import { APPROVAL_STATES, type ApprovalState } from "@ephor/domain/approval";
import type { ApprovalLine } from "../approval-use-cases.ts";
import type { Reply } from "../reply.ts";
import type { ListPage } from "../use-cases.ts";
import { type NameOf, riskBadge } from "./approval-parts.ts";
import { foreign, type Html, html, timeHtml } from "./html.ts";
import { page, type Viewer } from "./layout.ts";

type Shown = {
  readonly list: ListPage<ApprovalLine>;
  readonly state: ApprovalState | "all";
  readonly viewer: Viewer;
  readonly nameOf: NameOf;
};

/** Approvals, those that wait unless another state is asked for. */
export function approvalsPage({ list, state, viewer, nameOf }: Shown): Reply {
  const options = [...APPROVAL_STATES, "all"].map(
    (one) => html`<option ${one === state ? html`selected` : ""}>${one}</option>`,
  );
  const rows = list.items.map((item) => row(item, nameOf));
  const older =
    list.cursor === null
      ? ""
      : html`<p class="more"><a href="/approvals?${new URLSearchParams({ state, cursor: list.cursor }).toString()}">Older approvals</a></p>`;
  const main = html`
<h1>Approvals</h1>
<form class="filters card" method="get" action="/approvals"><label>state<select name="state">${options}</select></label>
<div class="actions"><button class="primary">Show</button></div></form>
<section class="card" aria-label="Approvals">${rows.length === 0 ? nothing(state, list) : html`<ul class="rows">${rows}</ul>`}${older}</section>`;
  return page({ title: "Approvals", main, viewer, here: "/approvals" });
}

function row(item: ApprovalLine, nameOf: NameOf): Html {
  const { id, title, risk, state, resource, account, requester, approvers, approvalsNeeded, expiresAt, endedAt } = item;
  const where = [resource?.id, account].filter((one) => typeof one === "string").join(" · ");
  const when = endedAt === null ? html`Until ${timeHtml(expiresAt)}` : html`Ended ${timeHtml(endedAt)}`;
  return html`<li>${riskBadge(risk)}
<div class="what"><a href="/approvals/${id}">${foreign(title)}</a>
<p class="muted">${where === "" ? "" : html`${foreign(where)} · `}asked by ${foreign(nameOf(requester))}</p></div>
<div class="when muted"><span>${when}</span><p>${state} · ${approvers.length} of ${approvalsNeeded}</p></div></li>`;
}

function nothing(state: Shown["state"], { cursor }: Shown["list"]): Html {
  if (cursor !== null) return html`<p class="empty">None among the newest. There are older ones.</p>`;
  if (state === "pending") return html`<p class="empty"><strong>Nothing waits for a decision.</strong></p>`;
  return html`<p class="empty">There are none.</p>`;
}
