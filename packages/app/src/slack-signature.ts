import { createHmac } from "node:crypto";
import { epochMsOf, type Timestamp } from "@ephor/domain/time";
import { sameSecret } from "./secret-text.ts";

/** https://docs.slack.dev/authentication/verifying-requests-from-slack : a request is worth nothing five minutes later. */
const WINDOW_SECONDS = 300;

export type SignedBySlack = {
  /** The body as it came, unparsed. */
  readonly body: string;
  /** X-Slack-Request-Timestamp, seconds. */
  readonly timestamp: string;
  /** X-Slack-Signature. */
  readonly signature: string;
};

export const slackSignature = (secret: string, { timestamp, body }: Omit<SignedBySlack, "signature">): string =>
  `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;

export const isInTime = (timestamp: string, now: Timestamp): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(epochMsOf(now) / 1000 - Number(timestamp)) <= WINDOW_SECONDS;

/** Whether `secret` signed the request; takes as long for any signature of the right form. */
export const isSignedBy = (secret: string, request: SignedBySlack): boolean =>
  sameSecret(request.signature, slackSignature(secret, request));
