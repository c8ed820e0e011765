import type { ApprovalTerms } from "./approval.ts";
import type { ApprovalId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Timestamp } from "./time.ts";

/** Every way in which a response can end, and what that makes of the finding; null leaves it as it was before. */
export const RESPONSE_ENDS = {
  /** A rule that reads the resource's tags asks for less than the account's did. */
  observed: { finding: "open" },
  "no-change-needed": { finding: "resolved" },
  "resource-gone": { finding: "resolved" },
  /** Ephor may not or cannot change anything here; the plan stands for people to carry out. */
  "plan-only": { finding: "open" },
  /** There is no remediation, or it does not take this resource. */
  unplannable: { finding: "open" },
  excepted: { finding: null },
  rejected: { finding: "open" },
  expired: { finding: "open" },
  cancelled: { finding: "open" },
  /** The resource changed again and again between plan and apply. */
  drifted: { finding: "open" },
  stopped: { finding: "open" },
  "budget-spent": { finding: "open" },
  /** Another response held the resource until the time ran out. */
  "resource-busy": { finding: "open" },
  resolved: { finding: "resolved" },
  /** Applied in part or without the wanted state, and taken back. */
  "rolled-back": { finding: "failed" },
  /** Changed meanwhile by somebody else: nothing was taken back. */
  "rollback-conflict": { finding: "failed" },
  /** The change cannot be undone, or undoing it failed: a person has to look. */
  "rollback-failed": { finding: "failed" },
  /** Refused by AWS before anything was changed. */
  "apply-failed": { finding: "failed" },
  /** Ephor itself could not go on before anything was changed; `detail` has the reason. */
  broken: { finding: "failed" },
} as const satisfies Record<string, { finding: "open" | "resolved" | "failed" | null }>;
export type ResponseEnd = keyof typeof RESPONSE_ENDS;

export const RESPONSE_STATES = [
  "planning",
  "awaiting-approval",
  "applying",
  "verifying",
  "rolling-back",
  "ended",
] as const;
export type ResponseState = (typeof RESPONSE_STATES)[number];

/** The answer to one generation of a finding, as far as it has come. */
export type Response = {
  readonly generation: number;
  readonly state: ResponseState;
  readonly end: ResponseEnd | null;
  /** What happened last, in a sentence for people. */
  readonly detail: string;
  readonly planHash: string | null;
  /** Under which the plan may be applied; null while there is none. */
  readonly terms: ApprovalTerms | null;
  readonly approvalId: ApprovalId | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly executionId: string;
  /** Who used break-glass, a person's id. */
  readonly forcedBy: string | null;
};

/** One call of a plan as far as it has come; `intent` without an outcome means that nobody knows. */
export type CallEntry = {
  readonly index: number;
  readonly state: "intent" | "done" | "refused";
  readonly at: Timestamp;
  /** The answer, as far as later calls refer to it (`$from`). */
  readonly output: JsonObject;
  /** `observed`: the state showed that it had taken place. */
  readonly known: "answered" | "observed" | null;
};
