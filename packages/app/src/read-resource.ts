import type { AwsCall, AwsFailure } from "@ephor/domain/aws-call";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { FindingId } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import { OWN_SESSION_PREFIX } from "@ephor/domain/own-action";
import type { Read, Remediation, RemediationTarget } from "@ephor/domain/remediation";
import { type Err, err, type Ok, ok, type Result } from "@ephor/domain/result";
import type { AwsAccess } from "./ports.ts";

type Opening = {
  readonly remediation: Remediation;
  readonly target: RemediationTarget;
  readonly findingId: FindingId;
  /** `write` beside reading: what applying and undoing take. */
  readonly may: "read" | "write";
};
export type AccessError = EphorError<"remediation.no-access" | "aws.unavailable">;

/** AWS in the target's account and Region, narrowed to what this remediation's reading, or its writing as well, takes. */
export function openAws(
  d: { readonly awsAccess: AwsAccess },
  { remediation, target, findingId, may }: Opening,
): Promise<Result<AwsCall, AccessError>> {
  const { read, write } = remediation.permissions;
  const { account, region } = target;
  const actions = may === "read" ? read : [...new Set([...read, ...write])];
  return d.awsAccess.open({ account, region, actions, sessionName: `${OWN_SESSION_PREFIX}${may}-${findingId}` });
}

export type ReadError = EphorError<
  | "aws.not-found"
  | "aws.denied"
  | "aws.refused"
  | "aws.throttled"
  | "aws.unknown-outcome"
  | "remediation.target-invalid"
  | "remediation.unsupported"
  | "remediation.resource-gone"
>;

/** What stands in AWS, as far as the remediation sees it. */
export async function readResource(
  aws: AwsCall,
  { remediation, target }: Pick<Opening, "remediation" | "target">,
): Promise<Ok<Read<JsonObject>> | Err<ReadError>> {
  const read = await remediation.read(aws, target);
  return read.ok ? ok(read.value) : err(named(read.error));
}

/** A failure of AWS with AWS's own name for it in the sentence. */
function named(error: AwsFailure | ReadError): ReadError {
  if (!("awsCode" in error)) return error;
  return ephorError(error.code, `${error.message} (${error.awsCode})`, { cause: error });
}
