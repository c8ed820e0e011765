import type { Approval, DecisionWord } from "@ephor/domain/approval";
import type { Exception } from "@ephor/domain/exception";
import type { Finding } from "@ephor/domain/finding";
import type { ApprovalId } from "@ephor/domain/ids";
import type { Json, JsonObject } from "@ephor/domain/json";
import type { Notice } from "@ephor/domain/notice";
import type { Plan } from "@ephor/domain/plan";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import type { CallEntry, Response } from "@ephor/domain/response";
import type { Timestamp } from "@ephor/domain/time";
import type { TimelineEntry } from "@ephor/domain/timeline";
import type { Item } from "./ports.ts";

/** An effect that follows a commit (architecture rule 5). Each kind names how a repeat is recognised. */
export type Effect =
  /** `execution.already-exists` = done. */
  | {
      readonly kind: "start-execution";
      readonly workflow: string;
      readonly name: string;
      readonly input: Json;
      readonly correlationId: string;
    }
  /** `task.does-not-exist` and `task.timed-out` = done. */
  | { readonly kind: "answer-task"; readonly token: string; readonly answer: TaskAnswer }
  /** The same message id = the receiver may know the repeat. `channel`: a name of the configuration's `channels`. */
  | { readonly kind: "notify"; readonly channel: string; readonly notice: Notice; readonly correlationId: string }
  /** What arrived alike in a channel until `endsAt`, as one message; the same message id = as above. */
  | {
      readonly kind: "notify-group";
      readonly channel: string;
      readonly alike: string;
      readonly endsAt: Timestamp;
      readonly correlationId: string;
    }
  /** A decision that a known person took in Slack; a person decides once. */
  | {
      readonly kind: "decide";
      readonly approvalId: ApprovalId;
      readonly person: string;
      readonly decision: DecisionWord;
      readonly reason: string;
      /** Where the person is told if it is refused. */
      readonly channel: string;
      readonly correlationId: string;
    }
  /** An event of Ephor's own; the same envelope id = done. */
  | { readonly kind: "put-event"; readonly envelope: JsonObject; readonly correlationId: string };
export type TaskAnswer =
  | { readonly kind: "success"; readonly output: Json }
  | { readonly kind: "failure"; readonly error: string; readonly cause: string };

export type StoredEffect = {
  readonly id: string;
  readonly effect: Effect;
  readonly attempts: number;
  /** It has waited for its turn in a channel, which is now. */
  readonly reserved?: true;
};

/** A message that has gone out. `reference` is what the channel needs to change it. */
export type Delivery = {
  readonly id: string;
  readonly channel: string;
  readonly group: string;
  readonly noticeKind: string;
  /** A person's id where only that one was told. */
  readonly person: string | null;
  readonly at: Timestamp;
  readonly reference: JsonObject | null;
};
/** A channel's window for messages that are alike. `first`: the effect whose message opened it. */
export type NoticeWindow = { readonly endsAt: Timestamp; readonly first: string | null };
/** A notice that waits for its window's end. */
export type HeldNotice = { readonly notice: Notice; readonly correlationId: string };
/** A channel's messages of the minute that begins at `from`: sent, or promised their turn. */
export type ChannelPace = { readonly from: Timestamp; readonly used: number };
/** Every channel that was ever configured: notices of one that is not any more can still wait. */
export type NoticeChannels = { readonly channels: readonly string[] };

/** What could not be done, whole, until somebody redrives it; kept 14 days. */
export type DeadLetter = {
  readonly id: string;
  /** What to do again: an event into the inbox, or an effect. */
  readonly kind: "event" | "effect";
  readonly at: Timestamp;
  readonly error: { readonly code: string; readonly message: string };
  readonly attempts: number;
  readonly correlationId: string;
  /** The envelope, or the effect; by reference where it is too large for an item. */
  readonly content:
    | { readonly kind: "inline"; readonly value: JsonObject }
    | { readonly kind: "blob"; readonly id: string };
};

export const EXECUTION_STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** An execution as listed and shown (interfaces.md). Express ones have no history. */
export type ExecutionLine = {
  readonly id: string;
  readonly workflow: string;
  readonly name: string;
  readonly type: "express" | "standard";
  readonly status: ExecutionStatus;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly correlationId: string;
  readonly input: Json;
  readonly output: Json;
};

/** A plan, and what it was made for: the finding's own facts may move on meanwhile. */
export type StoredPlan = Plan & { readonly target: RemediationTarget };
/** The calls by which one execution takes a plan's change back; `run` names their journal. */
export type UndoRun = { readonly run: string; readonly calls: readonly PlannedCall[]; readonly at: Timestamp };
/** That somebody asked for the way back from an applied plan; once an attempt. */
export type RollbackRequest = {
  readonly requester: string;
  readonly reason: string;
  readonly at: Timestamp;
  /** From 1; absent in what was asked for before there could be a second. */
  readonly attempt?: number;
  /** The calls back from the state that the plan leads to. */
  readonly calls?: readonly PlannedCall[];
  /** Whether who asks is among those whose acts the finding tells of. */
  readonly isCause?: boolean;
};
/** The state before apply, or the one that apply left, whole, sealed; `digest` is what the ledger knows of it. */
export type Snapshot = { readonly sealed: string; readonly digest: string; readonly at: Timestamp };
/** What holds a resource: `owner` is the execution, `fence` rises with each new owner. */
export type Lease = { readonly owner: string; readonly fence: number; readonly until: Timestamp };
/** Changes applied within the last 60 minutes: those of one minute together, `at` the latest of them. No `count` is one. */
export type Budget = { readonly applied: readonly { readonly at: Timestamp; readonly count?: number }[] };
/** That a change was counted in its budgets, so that it is counted once. */
export type CountedChange = { readonly at: Timestamp };
/** What one person did about one approval, beside deciding: tries with a wrong code, looks by the link, refusals. */
export type ApprovalDesk = {
  readonly wrongTries: number;
  /** The UTC day of the last look by the link. */
  readonly seenOn: string | null;
  readonly refusals: number;
};
/** While `stopped`, nothing is applied. */
export type ApplyingSwitch = {
  readonly stopped: boolean;
  readonly reason: string;
  readonly by: string;
  readonly at: Timestamp;
};

/** What stands in `data` of each kind of item, with the version that is written now (architecture rule 12). */
type Stored = {
  finding: Finding;
  /** `actor`: the ARN of who did it, null where the event names none. */
  membership: { readonly identity: string; readonly time: Timestamp; readonly actor?: string | null };
  timeline: TimelineEntry;
  effect: StoredEffect;
  "dead-letter": DeadLetter;
  execution: ExecutionLine;
  plan: StoredPlan;
  response: Response;
  call: CallEntry;
  snapshot: Snapshot;
  applied: Snapshot;
  undo: UndoRun;
  rollback: RollbackRequest;
  approval: Approval;
  "approval-desk": ApprovalDesk;
  exception: Exception;
  lease: Lease;
  budget: Budget;
  "counted-change": CountedChange;
  switch: ApplyingSwitch;
  delivery: Delivery;
  "notice-window": NoticeWindow;
  "held-notice": HeldNotice;
  "channel-pace": ChannelPace;
  "notice-channels": NoticeChannels;
};
export const ITEM_VERSIONS: Readonly<Record<keyof Stored, number>> = {
  finding: 1,
  membership: 1,
  timeline: 1,
  effect: 1,
  "dead-letter": 1,
  execution: 1,
  plan: 1,
  response: 1,
  call: 1,
  snapshot: 1,
  applied: 1,
  undo: 1,
  rollback: 1,
  approval: 1,
  "approval-desk": 1,
  exception: 1,
  lease: 1,
  budget: 1,
  "counted-change": 1,
  switch: 1,
  delivery: 1,
  "notice-window": 1,
  "held-notice": 1,
  "channel-pace": 1,
  "notice-channels": 1,
};

/** The `v` and `data` of an item of this kind. */
export function encode<K extends keyof Stored>(kind: K, value: Stored[K]): { v: number; data: JsonObject } {
  return { v: ITEM_VERSIONS[kind], data: value as JsonObject };
}

/** Reads an item back. Only Ephor writes its table, so the shape is the one `v` names; an unknown `v` is a bug or a newer store. */
export function decode<K extends keyof Stored>(kind: K, item: Pick<Item, "pk" | "v" | "data">): Stored[K] {
  if (item.v !== ITEM_VERSIONS[kind])
    throw new Error(`${item.pk}: ${kind} of version ${item.v}, expected ${ITEM_VERSIONS[kind]}`);
  return item.data as unknown as Stored[K];
}

export type ErrorLike = { readonly code: string; readonly message: string };
