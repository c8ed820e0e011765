import type { AwsCall, AwsFailure, AwsRequest } from "./aws-call.ts";
import type { EphorError } from "./error.ts";
import type { Actor, Resource } from "./finding.ts";
import type { JsonObject } from "./json.ts";
import type { Err, Ok, Result } from "./result.ts";
import type { Timestamp } from "./time.ts";

export const RISKS = ["low", "medium", "high"] as const;
export type Risk = (typeof RISKS)[number];
export const worseRisk = (a: Risk, b: Risk): Risk => (RISKS.indexOf(a) >= RISKS.indexOf(b) ? a : b);

/** What a remediation is asked to put right: the finding's own facts. */
export type RemediationTarget = {
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly resource: Resource;
  readonly actor: Actor | null;
  /** Of the earliest sighting alone. */
  readonly evidence: JsonObject;
  /** In how many events the finding was seen, 1 unless told: after several, the evidence names only part of what is wrong. */
  readonly occurrences?: number;
  /** When the finding was last seen: the only "now" that a plan knows, so that the same finding gives the same plan. */
  readonly lastSeenAt?: Timestamp;
};

/**
 * One call of a plan. A value anywhere in `input` may be `{"$from": {"call": 0, "path": "/GroupId"}}`: what an earlier call
 * of the same plan answers there (a JSON pointer into its answer), for ids that AWS makes.
 */
export type PlannedCall = AwsRequest & {
  /** The call in words, for approvers: "Revoke tcp 22 from 0.0.0.0/0 on sg-1". */
  readonly says: string;
};

/** Whether the evidence names all that the finding is about, so that nothing beside it need be touched. */
export const namesAll = ({ occurrences = 1 }: Pick<RemediationTarget, "occurrences">): boolean => occurrences === 1;

export type ReadFailure =
  | AwsFailure
  | EphorError<"remediation.target-invalid" | "remediation.unsupported" | "remediation.resource-gone">;

/** What stands in AWS now, as far as this remediation changes or depends on it. Sets sorted, volatile fields left out. */
export type Read<S extends JsonObject> = {
  readonly state: S;
  /** The resource's tags where reading them costs no more than one call; they name environment and owner. */
  readonly tags?: Readonly<Record<string, string>>;
};

/** From one state to the wanted one. No calls: nothing to do, and `after` equals the state. */
export type Change<S extends JsonObject> = {
  readonly calls: readonly PlannedCall[];
  /** The state once all calls have succeeded. */
  readonly after: S;
  /** What else may feel it, a sentence: "Instances with this group lose ssh from the internet". */
  readonly blast: string;
};

/**
 * One control that can be put right (remediation.md). `read` is its only way to look at AWS; `change` and `undo` are pure.
 * So plan = read + change, verify = read until change has no calls, drift = another state than the plan's, and after an
 * unknown outcome the same two tell whether the call took place: whatever part of `change(s).calls` has been made,
 * `change` of the state then gives exactly the rest (a property test holds every remediation to it).
 */
export type Remediation<S extends JsonObject = JsonObject> = {
  /** `<service>.<what-it-does>`. */
  readonly id: string;
  /** Raised with every change that could change a plan. */
  readonly version: string;
  readonly title: string;
  /** What it does and why it is safe, for the generated page. */
  readonly description: string;
  /** `{ fsbp: ["EC2.18"] }`, as detections name them. */
  readonly controls: { readonly [standard: string]: readonly string[] };
  readonly risk: Risk;
  /** CloudFormation types that it takes. */
  readonly resourceTypes: readonly string[];
  /** Exact IAM actions. `read` for planning and verifying, `write` beside them for applying and undoing. */
  readonly permissions: { readonly read: readonly string[]; readonly write: readonly string[] };
  /** Why there is no way back, or null where there is one. */
  readonly irreversible: string | null;
  /** Checks the resource's id and account before anything is asked of AWS. */
  readonly check: (target: RemediationTarget) => Result<void, EphorError<"remediation.target-invalid">>;
  readonly read: (aws: AwsCall, target: RemediationTarget) => Promise<Ok<Read<S>> | Err<ReadFailure>>;
  /** The state as far as the finding's evidence shows it, for a plan without access to AWS; undefined where it does not. */
  readonly fromEvidence: (target: RemediationTarget) => S | undefined;
  readonly change: (state: S, target: RemediationTarget) => Change<S>;
  /** Calls from `current` (after apply, or after part of it) back to `before`. Empty where nothing is left to undo. */
  readonly undo: (of: { before: S; current: S; target: RemediationTarget }) => readonly PlannedCall[];
  readonly references: readonly string[];
};
