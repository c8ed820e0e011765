import type { JsonObject } from "@ephor/domain/json";
import type { Timestamp } from "@ephor/domain/time";

/** An EventBridge event as delivered (EventBridge User Guide, "Event structure"). Fields beyond these are kept. */
export type Envelope = JsonObject & {
  readonly version: string;
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly account: string;
  /** RFC 3339, as delivered. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
};

/** Which module of `sources/` read the event. `generic`: well-formed, of no source that Ephor knows. */
export type EventKind =
  | "cloudtrail"
  | "cloudtrail-sign-in"
  | "cloudtrail-service"
  | "cloudtrail-console"
  | "cloudtrail-insight"
  | "guardduty"
  | "securityhub"
  | "securityhub-v2"
  | "config-compliance"
  | "cloudwatch-alarm"
  | "health"
  | "backup"
  | "inspector2"
  | "macie"
  | "access-analyzer"
  | "ecr-scan"
  | "codepipeline"
  | "codebuild"
  | "budgets"
  | "cost-anomaly"
  | "ephor"
  | "generic";

/** A parsed event: what it is, its identity and time for ever (findings.md, "Event identity"), and the envelope patterns match. */
export type Event = {
  readonly kind: EventKind;
  readonly envelope: Envelope;
  readonly identity: string;
  /** Event time, never arrival. */
  readonly time: Timestamp;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
};
