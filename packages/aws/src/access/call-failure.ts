import type { AwsFailure, AwsRequest } from "@ephor/domain/aws-call";
import { messageOf, nameOf } from "../call-aws.ts";

/** Operations that change nothing, by how AWS names them. */
const READS = /^(?:BatchGet|Describe|Get|Head|List|Lookup|Search|Simulate)/;
export const isRead = ({ operation }: Pick<AwsRequest, "operation">): boolean => READS.test(operation);

/** What every service means by "slow down" (SDKs and Tools Reference Guide, "Retry behavior"). */
const THROTTLED =
  /^(?:BandwidthLimitExceeded|EC2ThrottledException|PriorRequestNotComplete|RequestLimitExceeded|RequestThrottled(?:Exception)?|SlowDown|Thrott\w*|TooManyRequests(?:Exception)?)$/;
const DENIED =
  /AccessDenied|Unauthorized|AuthFailure|ExpiredToken|ForbiddenException|InvalidAccessKeyId|InvalidClientTokenId|InvalidToken|NotAuthorized|OptInRequired|RequestExpired|SignatureDoesNotMatch|UnrecognizedClient|MissingAuthenticationToken/;
const NOT_FOUND = /NotFound|NoSuch|DoesNotExist|NonExistent/;
/** Credentials that AWS knows no longer. */
const EXPIRED = /^(?:ExpiredToken(?:Exception)?|RequestExpired|InvalidClientTokenId|UnrecognizedClientException)$/;
/** No connection came about, so nothing was sent. */
const UNREACHED = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"]);
const UNCONNECTED = /did not establish a connection/;

export const isExpired = ({ awsCode }: AwsFailure): boolean => EXPIRED.test(awsCode);

/**
 * What a call that gave no answer means. Of one that changes something, all that is not certainly nothing is
 * `aws.unknown-outcome`; a read changes nothing, so that one that may do better later is `aws.throttled`.
 */
export function callFailure(cause: unknown, of: { request: AwsRequest; hasLeft: boolean }): AwsFailure {
  const { request } = of;
  const awsCode = codeOf(cause);
  const code = kindOf(cause, { ...of, awsCode });
  const said = code === "aws.unknown-outcome" ? "gave no answer that tells whether it was done" : SAID[code];
  const message = `${request.service} ${request.operation} ${said}: ${awsCode}: ${messageOf(cause)}`;
  return { code, message, awsCode, cause };
}

const SAID = {
  "aws.not-found": "found nothing",
  "aws.denied": "was denied",
  "aws.refused": "was refused",
  "aws.throttled": "has to wait",
} as const;

type Seen = { readonly request: AwsRequest; readonly hasLeft: boolean; readonly awsCode: string };

function kindOf(cause: unknown, { request, hasLeft, awsCode }: Seen): AwsFailure["code"] {
  if (nameOf(cause) === "CredentialsProviderError") return "aws.denied";
  if (!hasLeft) return "aws.refused";
  const lost = isRead(request) ? "aws.throttled" : "aws.unknown-outcome";
  const status = refusalOf(cause);
  return status === undefined ? unansweredKind(cause, lost) : refusalKind({ status, awsCode, lost });
}

function unansweredKind(cause: unknown, lost: "aws.throttled" | "aws.unknown-outcome"): AwsFailure["code"] {
  if (isUnreached(cause)) return "aws.throttled";
  // An answer that came whole and is of no use will be no better the next time.
  const isUseless = ["AnswerTooLarge", "NotPlain"].includes(nameOf(cause));
  return isUseless && lost === "aws.throttled" ? "aws.refused" : lost;
}

type Refusal = { readonly status: number; readonly awsCode: string; readonly lost: AwsFailure["code"] };

function refusalKind({ status, awsCode, lost }: Refusal): AwsFailure["code"] {
  if (THROTTLED.test(awsCode) || status === 429) return "aws.throttled";
  if (status >= 500 || awsCode.startsWith("RequestTimeout")) return lost;
  if (DENIED.test(awsCode)) return "aws.denied";
  if (NOT_FOUND.test(awsCode) || status === 404) return "aws.not-found";
  return status === 401 || status === 403 ? "aws.denied" : "aws.refused";
}

/** The status of an answer by which a service refused; undefined where there is none, or one that cannot be read. */
function refusalOf(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !("$fault" in cause) || !("$metadata" in cause)) return undefined;
  const { $metadata: metadata } = cause;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  const status = Number(metadata.httpStatusCode);
  return status >= 300 ? status : undefined;
}

function isUnreached(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  // Every address of a name was tried: none may have been reached.
  const each = cause instanceof AggregateError ? cause.errors : [cause];
  return each.length > 0 && each.every((one) => UNREACHED.has(systemCodeOf(one)) || UNCONNECTED.test(messageOf(one)));
}

const systemCodeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";

/** AWS's own name as it came, such as `NoSuchEntity`, where the SDK calls it `NoSuchEntityException`. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "Error";
  const inner = "Error" in cause && typeof cause.Error === "object" && cause.Error !== null ? cause.Error : cause;
  const code = "Code" in inner ? inner.Code : undefined;
  return typeof code === "string" && code !== "" ? code : systemCodeOf(cause) || cause.name;
}
