import type { Approval } from "@ephor/domain/approval";
import { planHashOf } from "@ephor/domain/approval-decision";
import type { RecordDraft } from "@ephor/domain/ledger/record";
import type { Timestamp } from "@ephor/domain/time";
import { type TimelineKind, timelineEntry } from "@ephor/domain/timeline";
import { effectWrite } from "./effects.ts";
import { encode } from "./items.ts";
import { timelineKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Random, Write } from "./ports.ts";

type Approvals = "approval.opened" | "approval.decided" | "approval.ended";
type Line = {
  readonly kind: Extract<TimelineKind, Approvals>;
  readonly at: Timestamp;
  readonly by: string;
  readonly text: string;
  /** What caused it: the same cause is the same line. */
  readonly cause: string;
  readonly correlationId: string;
};

/** A line on the timeline of the finding that the approval is about; none for an exception, which has no finding. */
export function timelineWrites(approval: Approval, { cause, ...line }: Line): readonly Write[] {
  const { tenant, subject } = approval;
  if (subject.kind === "exception") return [];
  const entry = timelineEntry(subject.findingId, { ...line, cause: `${approval.id} ${cause}` });
  const key = timelineKey(tenant, { id: subject.findingId, at: entry.at, key: entry.key });
  return [{ kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } }];
}

type Fact = Omit<RecordDraft, "tenant" | "entity_type" | "this" | "idempotencyKey"> & {
  /** What makes the fact one: `opened`, `decision 3`. */
  readonly key: string;
};

/** The ledger record of one fact about an approval, with what every one of them says. */
export const approvalRecord = (d: { readonly random: Random }, approval: Approval, fact: Fact): Write =>
  appendRecord(d, approvalDraft(approval, fact));

export function approvalDraft(approval: Approval, { key, ...fact }: Fact): RecordDraft {
  const { tenant, id, subject, terms, account, region, expiresAt } = approval;
  const planHash = planHashOf(approval);
  return {
    idempotencyKey: `approval ${id} ${key}`,
    tenant,
    entity_type: "approval",
    this: id,
    parent: subject.kind === "exception" ? subject.exceptionId : subject.findingId,
    risk_level: terms.risk,
    approvals_min: terms.approvalsNeeded,
    expires_at: expiresAt,
    ...(subject.kind === "exception" ? {} : { generation: subject.generation }),
    ...(planHash === null ? {} : { plan_hash: planHash }),
    ...(account === null ? {} : { account }),
    ...(region === null ? {} : { region }),
    ...fact,
  };
}

/** Tells every channel of the terms that the approval asks: 0 as it opens, then the number of the reminder. */
export const askWrites = (
  approval: Approval,
  { reminder, at }: { reminder: number; at: Timestamp },
): readonly Write[] =>
  approval.terms.channels.map((channel) =>
    effectWrite({
      tenant: approval.tenant,
      effect: {
        kind: "notify",
        channel,
        notice: { kind: "approval", approvalId: approval.id, reminder },
        correlationId: approval.correlationId,
      },
      at,
    }),
  );

/**
 * What follows from the end of an approval as a question: the execution that waits is answered, and every channel told.
 * Carrying it out (`executed`) is told by the response, and nobody waits for it.
 */
export function endWrites(approval: Approval, at: Timestamp): readonly Write[] {
  const { tenant, id, state, terms, correlationId } = approval;
  const told = terms.channels.map((channel) =>
    effectWrite({
      tenant,
      effect: { kind: "notify", channel, notice: { kind: "approval-ended", approvalId: id, state }, correlationId },
      at,
    }),
  );
  return [...answerWrites(approval, at), ...told];
}

/** Answers the execution that waits with what became of the approval. */
export function answerWrites({ tenant, id, state, token }: Approval, at: Timestamp): readonly Write[] {
  if (token === null || state === "pending") return [];
  const output = { decision: state === "executed" ? "approved" : state, approvalId: id };
  return [effectWrite({ tenant, effect: { kind: "answer-task", token, answer: { kind: "success", output } }, at })];
}
