import type { Json, JsonObject } from "@ephor/domain/json";
import type { Event } from "../envelope.ts";
import { booleanAt, type JsonPath, objectAt, objectsAt, textAt, valueAt } from "./read.ts";

/*
 * What detections ask of a CloudTrail event. Pure; undefined for what the record does not say or says in another type
 * (read.ts). Fields: CloudTrail User Guide, "CloudTrail record contents".
 */

const detailOf = (event: Event): JsonObject => event.envelope.detail;

/** `AuthorizeSecurityGroupIngress`; an Insight tells it inside `insightDetails`. */
export const eventName = (event: Event): string | undefined =>
  textAt(detailOf(event), "eventName") ?? textAt(detailOf(event), "insightDetails.eventName");
/** `ec2.amazonaws.com` */
export const eventSource = (event: Event): string | undefined =>
  textAt(detailOf(event), "eventSource") ?? textAt(detailOf(event), "insightDetails.eventSource");

export const requestParameters = (event: Event): JsonObject => objectAt(detailOf(event), "requestParameters") ?? {};
export const requestParameter = (event: Event, path: JsonPath): Json | undefined =>
  valueAt(requestParameters(event), path);
export const requestText = (event: Event, path: JsonPath): string | undefined => textAt(requestParameters(event), path);

export const responseElements = (event: Event): JsonObject => objectAt(detailOf(event), "responseElements") ?? {};
export const responseElement = (event: Event, path: JsonPath): Json | undefined =>
  valueAt(responseElements(event), path);
export const responseText = (event: Event, path: JsonPath): string | undefined => textAt(responseElements(event), path);

/** `AccessDenied`, `Client.UnauthorizedOperation`, …; undefined for a call that went through. */
export const errorCode = (event: Event): string | undefined => textAt(detailOf(event), "errorCode");
export const errorMessage = (event: Event): string | undefined => textAt(detailOf(event), "errorMessage");

/** No error, and no sign-in that failed (those carry `errorMessage`, or `Failure` under the event's own name). */
export function succeeded(event: Event): boolean {
  if (errorCode(event) !== undefined || errorMessage(event) !== undefined) return false;
  return responseText(event, [eventName(event) ?? ""]) !== "Failure";
}

const DENIED = /AccessDenied|UnauthorizedOperation|Unauthorized|NotAuthorized|Forbidden/i;
/** The caller lacked the permission, whatever the service calls it. */
export const wasDenied = (event: Event): boolean => DENIED.test(errorCode(event) ?? "");

const SERVICE_NAME = /\.amazonaws\.com(?:\.cn)?$|^AWS Internal$/;
/** An IP address, or the DNS name of the AWS service that called on someone's behalf. */
export const sourceIp = (event: Event): string | undefined => textAt(detailOf(event), "sourceIPAddress");
/** AWS itself made the call: on someone's behalf (CloudFormation), or for its own ends. */
export const byService = (event: Event): boolean =>
  SERVICE_NAME.test(sourceIp(event) ?? "") || textAt(detailOf(event), "userIdentity.invokedBy") !== undefined;
export const invokedBy = (event: Event): string | undefined => textAt(detailOf(event), "userIdentity.invokedBy");
export const userAgent = (event: Event): string | undefined => textAt(detailOf(event), "userAgent");

/** Sign-ins say it in `additionalEventData`, calls in the attributes of their session; undefined where neither does. */
export function mfaUsed(event: Event): boolean | undefined {
  const atSignIn = textAt(detailOf(event), "additionalEventData.MFAUsed")?.toLowerCase();
  if (atSignIn === "yes") return true;
  if (atSignIn === "no") return false;
  return booleanAt(detailOf(event), "userIdentity.sessionContext.attributes.mfaAuthenticated");
}

/** The root user in person, not AWS in its name: told apart as CIS AWS Foundations does (4.3, "usage of root"). */
export const isRoot = (event: Event): boolean =>
  textAt(detailOf(event), "userIdentity.type") === "Root" &&
  invokedBy(event) === undefined &&
  textAt(detailOf(event), "eventType") !== "AwsServiceEvent";
export const isReadOnly = (event: Event): boolean => booleanAt(detailOf(event), "readOnly") === true;
/** `readOnly` says nothing on events before version 1.02: they count as management events that may write. */
export const isManagementEvent = (event: Event): boolean =>
  (textAt(detailOf(event), "eventCategory") ?? "Management") === "Management" &&
  booleanAt(detailOf(event), "managementEvent") !== false;
export const isFromConsole = (event: Event): boolean =>
  booleanAt(detailOf(event), "sessionCredentialFromConsole") === true;

export const accessKeyId = (event: Event): string | undefined => textAt(detailOf(event), "userIdentity.accessKeyId");
export const identityType = (event: Event): string | undefined => textAt(detailOf(event), "userIdentity.type");
/** The account of the caller, which differs from the event's in calls across accounts. */
export const callerAccount = (event: Event): string | undefined =>
  textAt(detailOf(event), "userIdentity.accountId") ??
  textAt(detailOf(event), "userIdentity.sessionContext.sessionIssuer.accountId");
/** Who opened the first session of a chain of roles, where the trust policies demand it; cannot be changed on the way. */
export const sourceIdentity = (event: Event): string | undefined =>
  textAt(detailOf(event), "userIdentity.sessionContext.sourceIdentity");
/** `resources[]` of the record: `{ARN, accountId, type}`. */
export const touchedResources = (event: Event): readonly JsonObject[] => objectsAt(detailOf(event), "resources");
export const vpcEndpointId = (event: Event): string | undefined => textAt(detailOf(event), "vpcEndpointId");
