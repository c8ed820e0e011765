import type { ApprovalPlan } from "@ephor/app/show-approval";
import type { DiffEntry } from "@ephor/domain/diff";
import type { Json } from "@ephor/domain/json";
import { foreign, type Html, html, plural } from "./html.ts";

const VALUE_CHARACTERS_MAX = 6000;
const DIFF_ENTRIES_MAX = 100;

/** What both a plan and an approval tell of what would be done. */
export type PlanTold = Pick<ApprovalPlan, "calls" | "diff" | "basis" | "hash" | "remediation" | "remediationVersion">;
type Heading = { readonly heading: string; readonly note?: string };

/** The calls, and what they make of the resource, field by field. */
export function planCards(plan: PlanTold, { heading, note }: Heading): Html {
  const calls = plan.calls.map(
    ({ service, operation, says }) =>
      html`<li>${foreign(says)} <code class="muted">${service}:${operation}</code></li>`,
  );
  const basis = plan.basis === "event" ? "From what the event says; the resource itself was not read." : undefined;
  const notes = [basis, note].flatMap((text) => (text === undefined ? [] : [html`<p class="muted">${text}</p>`]));
  const steps =
    calls.length === 0
      ? ""
      : html`<section class="card" aria-labelledby="calls"><h2 id="calls">${heading}</h2><ol class="steps">${calls}</ol>${notes}</section>`;
  const shown = plan.diff.slice(0, DIFF_ENTRIES_MAX);
  const rest = plan.diff.length - shown.length;
  const more =
    rest === 0 ? "" : html`<p class="muted">and ${plural(rest, "more field")}: the command line shows them all</p>`;
  return html`${steps}<section class="card" aria-labelledby="diff"><h2 id="diff">Field by field</h2>
${shown.map((entry, at) => diffEntry(entry, at))}${more}
<p class="muted">Plan <code>${plan.hash.slice(0, 16)}…</code> · <code>${plan.remediation}</code> ${plan.remediationVersion}</p></section>`;
}

function diffEntry({ path, before, after }: DiffEntry, at: number): Html {
  const title = `field-${at}`;
  return html`<div class="diff"><h3 id="${title}"><code>${foreign(path)}</code></h3>
${side("Before", { value: before, sign: "−", title })}${side("After", { value: after, sign: "+", title })}</div>`;
}

type Side = { readonly value: Json | undefined; readonly sign: string; readonly title: string };

function side(name: string, { value, sign, title }: Side): Html {
  const label = html`<span class="side" id="${title}-${name}"><span aria-hidden="true">${sign} </span>${name}</span>`;
  if (value === undefined) return html`<div class="${name.toLowerCase()}">${label}<p class="muted">not there</p></div>`;
  const whole = JSON.stringify(value, null, 2);
  const text =
    whole.length > VALUE_CHARACTERS_MAX
      ? `${whole.slice(0, VALUE_CHARACTERS_MAX)}\n… ${whole.length - VALUE_CHARACTERS_MAX} more characters`
      : whole;
  return html`<div class="${name.toLowerCase()}">${label}<pre tabindex="0" role="group" aria-labelledby="${title} ${title}-${name}">${lines(text)}</pre></div>`;
}

/** Line by line: what `foreign` would show as a sign is layout here, and only that. */
const lines = (text: string): Html[] => text.split("\n").map((one, at) => html`${at === 0 ? "" : "\n"}${foreign(one)}`);
