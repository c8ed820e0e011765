import { ephorError } from "@ephor/domain/error";
import { digestOf } from "@ephor/domain/ids";
import type { Message } from "@ephor/domain/notice";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { readApproval } from "./approval-items.ts";
import { type DecideDeps, decideApproval } from "./decide-approval.ts";
import type { Effect } from "./items.ts";
import { type ComposeDeps, NOTHING_TO_DECIDE, paragraph } from "./notice-parts.ts";
import type { Log, Notifier } from "./ports.ts";

export type DecideFromSlackDeps = DecideDeps &
  Pick<ComposeDeps, "config" | "publicUrl"> & { readonly notifier: Notifier; readonly log: Log };
type Deciding = { readonly tenant: Tenant } & Omit<Extract<Effect, { kind: "decide" }>, "kind">;

/** No try later can change these. */
const FINAL: ReadonlySet<string> = new Set(["approval.refused", "approval.not-eligible", "approval.not-found"]);

/**
 * Counts a decision that was taken in Slack. High risk is never decided there, whatever a button said. A refusal is told to
 * the person alone, where Slack lets it; it is done then, and ledgered by whoever refused.
 */
export async function decideFromSlack(d: DecideFromSlackDeps, of: Deciding): Promise<Result<void>> {
  const decided = await decide(d, of);
  if (decided.ok) return ok(undefined);
  if (!FINAL.has(decided.error.code)) return decided;
  await tell(d, { of, why: decided.error.message });
  return ok(undefined);
}

async function decide(d: DecideFromSlackDeps, of: Deciding): Promise<Result<unknown>> {
  const { tenant, approvalId, person, decision, reason, correlationId } = of;
  const known = await readApproval(d, { tenant, approvalId });
  if (!known.ok) return known;
  if (known.value.approval.terms.risk === "high") {
    return err(ephorError("approval.refused", "a change of high risk is decided on its page, not by a button"));
  }
  return decideApproval(d, { tenant, approvalId, correlationId, decision: { person, decision, reason, via: "slack" } });
}

async function tell(d: DecideFromSlackDeps, { of, why }: { of: Deciding; why: string }): Promise<void> {
  const person = d.config.people.find(({ id }) => id === of.person);
  if (person === undefined) return;
  const { email, slackId } = person;
  const to = { email, ...(slackId === undefined ? {} : { slackId }) };
  const sent = await d.notifier.send({ channel: of.channel, message: refusal(d, { of, why }), to });
  if (!sent.ok) d.log.warn("slack.untold", { code: sent.error.code, correlation_id: of.correlationId });
}

function refusal(d: DecideFromSlackDeps, { of, why }: { of: Deciding; why: string }): Message {
  const { tenant, approvalId, person, decision, correlationId } = of;
  return {
    id: `msg_${digestOf([tenant, approvalId, person, decision, correlationId])}`,
    ...{ kind: "approval", tenant, at: d.clock.now(), severity: null, facts: [], ...NOTHING_TO_DECIDE },
    subject: "Your decision was not counted",
    paragraphs: [paragraph("Why", `${why}.`)],
    link: { label: "Ephor", url: `${d.publicUrl}/` },
    ...{ group: approvalId, alike: null, settles: false, data: { approvalId, decision } },
  };
}
