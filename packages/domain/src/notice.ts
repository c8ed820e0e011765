import type { ApprovalState } from "./approval.ts";
import type { DiffEntry } from "./diff.ts";
import type { ExceptionState } from "./exception.ts";
import type { ApprovalId, ExceptionId, FindingId } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Severity } from "./severity.ts";
import type { Tenant } from "./tenant.ts";
import type { Timestamp } from "./time.ts";

/** What people are told of. It names things only: what is said is composed when it is sent, from what is true then. */
export type Notice =
  /** `closed`: not that it was found, but that nobody needs to look any more, for those who hold it open. */
  | { readonly kind: "finding"; readonly findingId: FindingId; readonly generation: number; readonly closed?: true }
  | { readonly kind: "response"; readonly findingId: FindingId; readonly generation: number }
  /**
   * `reminder` 0 when it opens; one of each reminder; `person` where only that one is told, e.g. a link asked for in Slack,
   * and `asked` then tells one time of asking from another.
   */
  | {
      readonly kind: "approval";
      readonly approvalId: ApprovalId;
      readonly reminder: number;
      readonly person?: string;
      readonly asked?: string;
    }
  | { readonly kind: "approval-ended"; readonly approvalId: ApprovalId; readonly state: ApprovalState }
  | { readonly kind: "exception"; readonly exceptionId: ExceptionId; readonly state: ExceptionState };

export const NOTICE_KINDS = [
  "finding",
  "response",
  "approval",
  "approval-ended",
  "exception",
] as const satisfies readonly Notice["kind"][];

/** What is said, whatever carries it. Plain text throughout: each channel escapes for itself. */
export type Message = {
  /** The same notice to the same receiver has the same id, so that a receiver can know a repeat. */
  readonly id: string;
  /** `digest`: several notices that are alike, told as one; `test`: asked for by a person. */
  readonly kind: Notice["kind"] | "digest" | "test";
  readonly tenant: Tenant;
  readonly at: Timestamp;
  readonly subject: string;
  readonly severity: Severity | null;
  /** What happened, why it matters, what will be done: in this order, at most a screen. */
  readonly paragraphs: readonly { readonly heading: string; readonly text: string }[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly diff: readonly DiffEntry[];
  /** The one place where the reader goes on. */
  readonly link: { readonly label: string; readonly url: string } | null;
  /** To be typed on the page that the link opens: it stands in the message alone (approvals.md, "Links"). */
  readonly code: string | null;
  /** Slack buttons; empty where the risk is high or there is nothing to decide. */
  readonly actions: readonly {
    readonly decision: "approve" | "reject" | "open";
    readonly label: string;
    readonly approvalId: ApprovalId;
  }[];
  /** Messages of one group belong together: grouped, threaded, and to PagerDuty one incident. */
  readonly group: string;
  /** What makes this one and others alike, so that many within a channel's window are told as one; null: always told by itself. */
  readonly alike: string | null;
  /** True where the group's matter is settled (PagerDuty: resolve). */
  readonly settles: boolean;
  /** The same for programs: the webhook's body. */
  readonly data: JsonObject;
};
