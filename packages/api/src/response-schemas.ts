import { APPROVAL_STATES, ESCALATIONS } from "@ephor/domain/approval";
import { AWS_SERVICES } from "@ephor/domain/aws-call";
import { FINDING_STATUSES } from "@ephor/domain/finding";
import { RISKS } from "@ephor/domain/remediation";
import { RESPONSE_ENDS, RESPONSE_STATES, type ResponseEnd } from "@ephor/domain/response";
import { SEVERITIES } from "@ephor/domain/severity";
import { z } from "zod";

/* The shapes of responses and plans on the wire. */

const text = z.string();
const count = z.int().nonnegative();
const time = z.iso.datetime({ precision: 3 });
const json = z.unknown();
const jsonObject = z.record(z.string(), z.unknown());
const isEnd = (name: string): name is ResponseEnd => Object.hasOwn(RESPONSE_ENDS, name);
const ENDS = Object.keys(RESPONSE_ENDS).filter(isEnd);

const terms = z
  .strictObject({
    ...{ risk: z.enum(RISKS), groups: z.array(text), approvalsNeeded: count, rejectionsNeeded: count },
    ...{ expiresHours: count, escalation: z.enum(ESCALATIONS).nullable(), fallbackGroup: text.nullable() },
    ...{ channels: z.array(text), because: z.array(text) },
  })
  .meta({ id: "ResponseTerms" });

/** What people were asked about a finding's plan. */
export const findingApproval = z
  .strictObject({
    ...{ id: text, kind: z.enum(["plan", "rollback", "review"]), state: z.enum(APPROVAL_STATES) },
    reason: text.nullable().meta({ description: "Of a way back: why it was asked for." }),
  })
  .meta({ id: "FindingApproval" });

export const shownResponse = z
  .strictObject({
    ...{ generation: count, state: z.enum(RESPONSE_STATES), end: z.enum(ENDS).nullable(), detail: text },
    ...{ planHash: text.nullable(), terms: terms.nullable(), approvalId: text.nullable() },
    ...{ startedAt: time, endedAt: time.nullable(), executionId: text, forcedBy: text.nullable() },
  })
  .meta({ id: "Response" });

const resource = z.strictObject({ type: text, id: text, arn: text.exactOptional(), name: text.exactOptional() });
const call = z.strictObject({ service: z.enum(AWS_SERVICES), operation: text, input: jsonObject, says: text });
const difference = z.strictObject({ path: text, before: json.optional(), after: json.optional() });
const owner = z.strictObject({ tool: z.enum(["CloudFormation", "Terraform", "Pulumi", "SST", "CDK"]), name: text });

export const shownPlan = z
  .strictObject({
    ...{ hash: text, remediation: text, remediationVersion: text, title: text, account: text, region: text },
    ...{ resource, risk: z.enum(RISKS), before: jsonObject, after: jsonObject, calls: z.array(call) },
    ...{ diff: z.array(difference), irreversible: text.nullable(), blast: text, owner: owner.nullable() },
    ...{ tags: z.record(z.string(), text), basis: z.enum(["aws", "event"]) },
  })
  .meta({ id: "Plan" });

const callShown = z.strictObject({ says: text, command: text });
export const changeRequest = z
  .strictObject({
    finding: z.strictObject({
      ...{ id: text, detection: text, title: text },
      ...{ severity: z.enum(SEVERITIES), status: z.enum(FINDING_STATUSES) },
    }),
    plan: shownPlan,
    calls: z.array(callShown),
    undo: z.array(callShown),
    approvers: z.strictObject({ groups: z.array(text), approvalsNeeded: count, because: z.array(text) }).nullable(),
    hint: text.nullable(),
  })
  .meta({ id: "ChangeRequest" });

export const applyingSwitch = z
  .strictObject({ stopped: z.boolean(), reason: text, by: text, at: time })
  .meta({ id: "ApplyingSwitch" });

/** The switch as it holds: who set it last, when and why are null where nobody ever has. */
export const applyingState = z
  .strictObject({
    ...{ stopped: z.boolean(), reason: text.nullable(), by: text.nullable(), at: time.nullable() },
    forAll: z.boolean().meta({ description: "Whether it is the switch of `default`, which holds for every tenant." }),
  })
  .meta({ id: "ApplyingState" });
