import type { AwsCall, AwsFailure, AwsRequest } from "@ephor/domain/aws-call";
import { ephorError } from "@ephor/domain/error";
import type { ReadFailure } from "@ephor/domain/remediation";
import { type Err, type Ok, ok } from "@ephor/domain/result";
import type { z } from "zod";

export type Asked<T> = Ok<T> | Err<ReadFailure>;

type How<T> = {
  /** What is read of the answer; fields that nobody needs are left out of it. */
  readonly answer: z.ZodType<T>;
  /** AWS's own codes that mean "there is none", and what that is as a value. */
  readonly absent?: { readonly codes: readonly string[]; readonly as: T };
  /** AWS's own codes that mean that the resource itself is gone. */
  readonly gone?: readonly string[];
};

/**
 * One read of AWS, its answer parsed. Errors: those of the call; `remediation.resource-gone`; and
 * `remediation.unsupported` where the answer is not what the documentation says.
 */
export async function ask<T>(aws: AwsCall, request: AwsRequest, how: How<T>): Promise<Asked<T>> {
  const { answer, absent, gone = [] } = how;
  const answered = await aws(request);
  if (answered.ok) return parsed(request, answer.safeParse(answered.value));
  if (absent !== undefined && saysAny(answered.error, absent.codes)) return ok(absent.as);
  if (saysAny(answered.error, gone)) return failed("remediation.resource-gone", answered.error.message);
  return answered;
}

/** Whether AWS gave one of `codes` for the failure: `NoSuchBucket`. */
export const saysAny = (failure: AwsFailure, codes: readonly string[]): boolean => codes.includes(failure.awsCode);

function parsed<T>({ operation }: AwsRequest, read: z.ZodSafeParseResult<T>): Asked<T> {
  if (read.success) return ok(read.data);
  const issue = read.error.issues[0];
  const path = `/${issue?.path.map(String).join("/") ?? ""}`;
  return failed("remediation.unsupported", `the answer to ${operation} cannot be read at ${path}: ${issue?.message}`);
}

/** What this remediation cannot do here, in a sentence. */
export const unsupported = (message: string): Err<ReadFailure> => failed("remediation.unsupported", message);
/** That the resource is not there any more, in a sentence. */
export const resourceGone = (message: string): Err<ReadFailure> => failed("remediation.resource-gone", message);

const failed = (code: "remediation.unsupported" | "remediation.resource-gone", message: string): Err<ReadFailure> => ({
  ok: false,
  error: ephorError(code, message),
});
