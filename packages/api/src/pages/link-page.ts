import type { LinkRefusal } from "@ephor/app/decide-by-link";
import type { LinkView } from "@ephor/app/view-approval-link";
import { assertNever } from "@ephor/domain/result";
import type { Reply } from "../reply.ts";
import {
  approvalFacts,
  changeCards,
  decisionForm,
  decisionsList,
  leadsOf,
  type NameOf,
  past,
  refused,
  riskBadge,
  stateBadge,
} from "./approval-parts.ts";
import { foreign, type Html, html, sentence, timeHtml } from "./html.ts";
import { page } from "./layout.ts";

type Shown = {
  readonly token: string;
  readonly view: LinkView;
  readonly refusal: LinkRefusal | undefined;
  readonly reason: string | undefined;
  /** Of the session in the same browser. */
  readonly csrf: string | undefined;
  readonly nameOf: NameOf;
  readonly whyOf: (detection: string) => string | null;
  readonly publicUrl: string;
};
const REFUSED_STATUS: Readonly<Record<LinkRefusal["code"], number>> = { nonce: 409, typed: 403, decision: 409 };

/** The page of one person's link. Nothing on it runs or comes from elsewhere, and it works without JavaScript. */
export function linkPage(shown: Shown): Reply {
  const { view } = shown;
  switch (view.kind) {
    case "shown":
      return decisionPage(shown, view);
    case "invalid":
      return notice("This link does not work", {
        status: 404,
        text: "It is not whole, not from this node, or what it asked for is gone. Open it from the message once more; where that does not help, ask whoever sent it.",
      });
    case "foreign":
      return notice("This link is somebody else's", {
        status: 403,
        text: "You are signed in as another person, and a link is for one person alone. Decide from your own list of approvals.",
        more: html`<p><a href="/approvals">Your approvals</a></p>`,
      });
    case "expired":
      return notice("This link has expired", {
        status: 410,
        text: "What was not decided by then is denied. If it is still needed, it will be asked for anew.",
        more: html`<p class="muted">It expired at ${timeHtml(view.at)}.</p>`,
      });
    case "locked":
      return notice("This link is locked", {
        status: 423,
        text: "What had to be typed was wrong too often. Nothing was decided by it. Somebody else who is asked can decide; or sign in, with a link that an admin of this node makes for you, and decide from your list of approvals.",
        more: html`<p>If it was not you who typed it, tell your security team.</p>
<pre tabindex="0"><code>npx ephor sign-in-link --url ${shown.publicUrl} --role approver --person YOUR-ID</code></pre>`,
      });
    case "not-asked":
      return notice("You are not asked to decide this", { status: 403, text: sentence(view.reason) });
    default:
      return assertNever(view);
  }
}

function notice(title: string, { status, text, more }: { status: number; text: string; more?: Html }): Reply {
  const main = html`<section class="card narrow"><h1>${title}</h1><p>${text}</p>${more ?? ""}</section>`;
  return page({ title, main }, { status });
}

function decisionPage(of: Shown, view: Extract<LinkView, { kind: "shown" }>): Reply {
  const { token, refusal, reason, csrf, nameOf, whyOf } = of;
  const { approval, own, person, toType, nonce } = view;
  const shown = { ...approval, why: approval.finding === null ? null : whyOf(approval.finding.detection) };
  const isOpen = approval.state === "pending" && own === null;
  const hidden = { nonce, csrf };
  const main = html`
<div class="head"><h1>${foreign(approval.title)}</h1></div>
<p>${stateBadge(approval.state)} ${riskBadge(approval.risk)}</p>
${outcome(of, view)}
<section class="card" aria-labelledby="facts"><h2 id="facts">${isOpen ? html`What is asked of you, ${foreign(nameOf(person))}` : "What was asked"}</h2>${approvalFacts(shown, { nameOf })}</section>
${changeCards(shown)}
<section class="card" aria-labelledby="decisions"><h2 id="decisions">Decided so far</h2>${decisionsList(shown, nameOf)}</section>
${isOpen ? decisionForm({ action: `/approve/${token}`, hidden, leads: leadsOf(approval), toType, refusal, reason }) : ""}
<p class="muted">This link is for you alone and ends with the approval. Looking at it changes nothing. <code>${approval.id}</code></p>`;
  return page({ title: approval.title, main }, refusal === undefined ? {} : { status: REFUSED_STATUS[refusal.code] });
}

/** What has become of it, and of an answer that was refused: said first, since the form is the last thing on the page. */
function outcome({ refusal }: Shown, { approval, own }: Extract<LinkView, { kind: "shown" }>): Html | string {
  const refusedHtml = refusal === undefined ? "" : html`<div role="alert">${refused(refusal)}</div>`;
  if (own !== null) {
    return html`${refusedHtml}<p class="done" role="status"><strong>You ${past(own)} this</strong> on ${timeHtml(own.at)}.</p>`;
  }
  if (approval.state !== "pending") {
    return html`${refusedHtml}<p class="done" role="status"><strong>There is nothing left to decide:</strong> it is ${approval.state}.</p>`;
  }
  return refusal === undefined ? "" : html`${refusedHtml}<p><a href="#decide">To the form</a></p>`;
}
