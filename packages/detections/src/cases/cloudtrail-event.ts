import type { Json, JsonObject } from "@ephor/domain/json";
import type { Envelope } from "@ephor/events/envelope";

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
const REGION = "eu-west-1";
const TIME = "2026-01-15T10:20:30Z";
const EVENT_ID = "00000000-0000-4000-8000-000000000001";

/** Callers, as CloudTrail's `userIdentity` writes them. */
export const alice: JsonObject = {
  type: "IAMUser",
  principalId: "AIDAEXAMPLEALICE00001",
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  accountId: ACCOUNT,
  userName: "alice",
};
export const deployRole: JsonObject = {
  type: "AssumedRole",
  principalId: "AROAEXAMPLEDEPLOY0001:pipeline",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/pipeline`,
  accountId: ACCOUNT,
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: "AROAEXAMPLEDEPLOY0001",
      arn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
      accountId: ACCOUNT,
      userName: "deploy",
    },
  },
};
export const root: JsonObject = {
  type: "Root",
  principalId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accountId: ACCOUNT,
};
export const awsService = (service: string): JsonObject => ({
  type: "AWSService",
  invokedBy: `${service}.amazonaws.com`,
});

type Call = {
  /** The event source without `.amazonaws.com`. */
  readonly service: string;
  readonly name: string;
  readonly request?: Json;
  readonly response?: Json;
  readonly by?: JsonObject;
  readonly readOnly?: boolean;
};

/** An API call as EventBridge delivers it from CloudTrail. */
export function apiCall({ service, name, request, response, by, readOnly }: Call): Envelope {
  return envelope(service, "AWS API Call via CloudTrail", {
    userIdentity: by ?? alice,
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    requestParameters: request ?? null,
    responseElements: response ?? null,
    readOnly: readOnly ?? false,
    eventType: "AwsApiCall",
    managementEvent: true,
    eventCategory: "Management",
  });
}

/** The same call, refused: nothing changed. */
export const denied = (event: Envelope, errorCode = "AccessDenied"): Envelope =>
  withDetail(event, { errorCode, errorMessage: "not authorized to perform this operation", responseElements: null });

/** The same event with some of its detail replaced. */
export const withDetail = (event: Envelope, detail: JsonObject): Envelope => ({
  ...event,
  detail: { ...event.detail, ...detail },
});

type SignIn = { readonly by: JsonObject; readonly mfa: "Yes" | "No"; readonly outcome?: "Success" | "Failure" };

/** A console sign-in (CloudTrail User Guide, "AWS Management Console sign-in events"). */
export function consoleSignIn({ by, mfa, outcome = "Success" }: SignIn): Envelope {
  return envelope("signin", "AWS Console Sign In via CloudTrail", {
    userIdentity: by,
    eventSource: "signin.amazonaws.com",
    eventName: "ConsoleLogin",
    requestParameters: null,
    responseElements: { ConsoleLogin: outcome },
    ...(outcome === "Failure" ? { errorMessage: "Failed authentication" } : {}),
    additionalEventData: { LoginTo: "https://console.aws.amazon.com/console/home", MobileVersion: "No", MFAUsed: mfa },
    readOnly: false,
    eventType: "AwsConsoleSignIn",
    managementEvent: true,
    eventCategory: "Management",
  });
}

function envelope(service: string, detailType: string, detail: JsonObject): Envelope {
  return {
    version: "0",
    id: "10000000-0000-4000-8000-000000000001",
    "detail-type": detailType,
    source: `aws.${service}`,
    account: ACCOUNT,
    time: TIME,
    region: REGION,
    resources: [],
    detail: {
      eventVersion: "1.11",
      eventTime: TIME,
      awsRegion: REGION,
      sourceIPAddress: "198.51.100.7",
      userAgent: "aws-cli/2.17.0",
      requestID: "20000000-0000-4000-8000-000000000001",
      eventID: EVENT_ID,
      recipientAccountId: ACCOUNT,
      ...detail,
    },
  };
}
