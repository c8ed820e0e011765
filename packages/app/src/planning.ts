import type { ApprovalTerms } from "@ephor/domain/approval";
import type { Config } from "@ephor/domain/config/config";
import type { ResponseEnd } from "@ephor/domain/response";
import type { ResponseDecision } from "@ephor/domain/response-policy";
import type { AwsAccess, Clock, Random, Remediations, Store } from "./ports.ts";
import type { ResponseRef } from "./response-items.ts";

export type PlanningDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Pick<Config, "accounts" | "people" | "channels" | "remediation" | "responsePolicy">;
  readonly remediations: Remediations;
  readonly awsAccess: AwsAccess;
};
export type PlanRequest = ResponseRef & {
  /** From 1: a plan that drifted is made anew. */
  readonly attempt: number;
  /** What the policy said as the finding was recorded. */
  readonly decision: ResponseDecision;
  /** Who used break-glass, a person's id. */
  readonly forcedBy: string | null;
};
/** How the response ends before anything could be applied. */
export type Ended = { readonly outcome: ResponseEnd; readonly detail: string; readonly planHash?: string };
export type Planned = Ended | ReadyPlan;
export type ReadyPlan = {
  readonly outcome: "planned";
  readonly detail: string;
  readonly planHash: string;
  readonly terms: ApprovalTerms;
  readonly requester: string;
};
