import type { AwsFailure, AwsRequest } from "@ephor/domain/aws-call";
import type { DiffEntry } from "@ephor/domain/diff";
import type { Resource } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";

/** An answer as AWS SDK v3 gives it (`$metadata` left out), or a failure by `failure`. */
export type Answer = JsonObject | { readonly failure: AwsFailure };
/** By operation; a list gives one answer after the other, the last one for good. */
export type Answers = { readonly [operation: string]: Answer | readonly Answer[] };

export type HitExpectation = {
  readonly calls: readonly AwsRequest[];
  /** The whole difference, as approvers see it. */
  readonly diff?: readonly DiffEntry[];
  readonly undo?: readonly AwsRequest[];
  readonly tags?: Readonly<Record<string, string>>;
};
export type MalformedExpectation = {
  readonly code: "remediation.target-invalid" | "remediation.unsupported" | "remediation.resource-gone";
  readonly message?: RegExp;
};

type Common = { readonly name: string; readonly target: RemediationTarget; readonly answers: Answers };
export type RemediationCase =
  | (Common & { readonly kind: "hit"; readonly expect: HitExpectation })
  | (Common & { readonly kind: "nothing" })
  | (Common & { readonly kind: "malformed"; readonly expect: MalformedExpectation });

type Given = Pick<Common, "target"> & { readonly answers: Answers };

/** Something to put right: the calls it takes, and what differs after them. */
export const hit = (name: string, { expect, ...given }: Given & { readonly expect: HitExpectation }) =>
  ({ kind: "hit", name, expect, ...given }) satisfies RemediationCase;
/** All is well already: a plan without calls. */
export const nothing = (name: string, given: Given) => ({ kind: "nothing", name, ...given }) satisfies RemediationCase;
/** A target or an answer that is refused. Without answers, the target is refused before AWS is asked. */
export const malformed = (
  name: string,
  { expect, target, answers = {} }: Partial<Given> & Pick<Given, "target"> & { readonly expect: MalformedExpectation },
) => ({ kind: "malformed", name, target, answers, expect }) satisfies RemediationCase;

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const REGION = "eu-west-1";

type TargetMore = Partial<Omit<RemediationTarget, "resource">> & Partial<Resource>;

/** The target of a finding about `id`, in `ACCOUNT` and `REGION` unless told otherwise. */
export function targetOf(type: string, id: string, more: TargetMore = {}): RemediationTarget {
  const {
    arn,
    name,
    account = ACCOUNT,
    region = REGION,
    partition = "aws",
    actor = null,
    evidence = {},
    lastSeenAt,
  } = more;
  const resource = { type, id, ...(arn === undefined ? {} : { arn }), ...(name === undefined ? {} : { name }) };
  const seen = lastSeenAt === undefined ? {} : { lastSeenAt };
  return { account, region, partition, resource, actor, evidence, ...seen };
}

/** AWS's refusal by its own name: `failure("NoSuchBucket")`. */
export const failure = (awsCode: string, code: AwsFailure["code"] = "aws.not-found"): Answer => ({
  failure: { code, awsCode, message: `AWS answers ${awsCode}` },
});
