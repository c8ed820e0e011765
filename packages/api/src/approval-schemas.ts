import { APPROVAL_STATES } from "@ephor/domain/approval";
import { RISKS } from "@ephor/domain/remediation";
import { SEVERITIES } from "@ephor/domain/severity";
import { z } from "zod";

/* The shapes of approvals on the wire; those with an `id` are components of the OpenAPI document (schemas.ts). */

const text = z.string();
const count = z.int().nonnegative();
const time = z.iso.datetime({ precision: 3 });
const json = z.unknown();

const expectedState = `expected one of ${APPROVAL_STATES.join(", ")}`;
export const approvalState = z.enum(APPROVAL_STATES, expectedState).meta({ id: "ApprovalState" });
export const approvalId = z
  .string()
  .regex(/^apr_[0-9a-v]{26}$/, "expected apr_ and 26 characters of 0-9 and a-v")
  .meta({ examples: ["apr_0123456789abcdefghijklmnop"] });
export const decisionWord = z.enum(["approve", "reject"], "expected approve or reject");
const REASON = "expected at most 2000 characters";
export const reason = z.string().trim().min(1, "expected why, in 1 to 2000 characters").max(2000, REASON);
export const reasonIfAny = z.string().trim().max(2000, REASON).default("");

const ofPlan = { findingId: text, generation: count, planHash: text };
const subject = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("plan"), ...ofPlan }),
    z.strictObject({ kind: z.literal("rollback"), ...ofPlan, attempt: count.exactOptional() }),
    z.strictObject({ kind: z.literal("review"), ...ofPlan }),
    z.strictObject({ kind: z.literal("exception"), exceptionId: text }),
  ])
  .meta({ id: "ApprovalSubject" });
const decision = z
  .strictObject({
    ...{ person: text, decision: decisionWord, reason: text, at: time },
    via: z.enum(["link", "slack", "api"]),
  })
  .meta({ id: "Decision" });
const named = { type: text, id: text, arn: text.exactOptional(), name: text.exactOptional() };

const fields = {
  ...{ id: text, subject, state: approvalState, title: text, risk: z.enum(RISKS) },
  ...{ account: text.nullable(), region: text.nullable(), resource: z.strictObject(named).nullable() },
  ...{ requester: text, openedAt: time, expiresAt: time, endedAt: time.nullable(), reminders: count },
  ...{ groups: z.array(text), approvalsNeeded: count, rejectionsNeeded: count },
  approvers: z.array(text).meta({ description: "Distinct people whose approval counts now." }),
  ...{ decisions: z.array(decision), correlationId: text },
};
export const approval = z.strictObject(fields).meta({ id: "Approval" });

const plan = z
  .strictObject({
    ...{ hash: text, remediation: text, remediationVersion: text, title: text, risk: z.enum(RISKS), blast: text },
    irreversible: text.nullable().meta({ description: "Why it cannot be undone; null where it can." }),
    owner: z.strictObject({ tool: text, name: text }).nullable(),
    basis: z.enum(["aws", "event"]),
    calls: z.array(z.strictObject({ service: text, operation: text, says: text })),
    diff: z.array(z.strictObject({ path: text, before: json.optional(), after: json.optional() })),
  })
  .meta({ id: "ApprovalPlan" });
const exception = z.strictObject({
  ...{ id: text, scope: z.record(text, text), reason: text, expiresAt: time, requester: text },
});
const finding = z.strictObject({ id: text, title: text, severity: z.enum(SEVERITIES), detection: text });

export const shownApproval = z
  .strictObject({
    ...fields,
    because: z.array(text).meta({ description: "Why more people are asked than the rule says." }),
    missing: z.array(text).meta({ description: "Groups that nobody stands for yet." }),
    asked: z.array(text).meta({ description: "Who may decide now." }),
    reason: text.nullable().meta({ description: "Why it is asked for, in the words of whoever asks." }),
    waits: text.nullable().meta({ description: "Why what was approved is not carried out for now." }),
    requesterIsCause: z.boolean().meta({ description: "Whether whoever asks is who caused the finding." }),
    plan: plan.nullable(),
    exception: exception.nullable(),
    finding: finding.nullable(),
    why: text.nullable(),
  })
  .meta({ id: "ShownApproval" });
