import type { Approval } from "@ephor/domain/approval";
import type { Exception } from "@ephor/domain/exception";
import type { Finding } from "@ephor/domain/finding";
import type { Json, JsonObject } from "@ephor/domain/json";
import type { Notice } from "@ephor/domain/notice";
import type { Plan } from "@ephor/domain/plan";
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
  /** An event of Ephor's own; the same envelope id = done. */
  | { readonly kind: "put-event"; readonly envelope: JsonObject; readonly correlationId: string };
export type TaskAnswer =
  | { readonly kind: "success"; readonly output: Json }
  | { readonly kind: "failure"; readonly error: string; readonly cause: string };

export type StoredEffect = { readonly id: string; readonly effect: Effect; readonly attempts: number };

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

/** The state before apply, whole, sealed; `digest` is what the ledger knows of it. */
export type Snapshot = { readonly sealed: string; readonly digest: string; readonly at: Timestamp };
/** What holds a resource: `owner` is the execution, `fence` rises with each new owner. */
export type Lease = { readonly owner: string; readonly fence: number; readonly until: Timestamp };
/** Changes applied within the last 60 minutes. */
export type Budget = { readonly applied: readonly { readonly key: string; readonly at: Timestamp }[] };
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
  membership: { readonly identity: string; readonly time: Timestamp };
  timeline: TimelineEntry;
  effect: StoredEffect;
  "dead-letter": DeadLetter;
  execution: ExecutionLine;
  plan: Plan;
  response: Response;
  call: CallEntry;
  snapshot: Snapshot;
  approval: Approval;
  exception: Exception;
  lease: Lease;
  budget: Budget;
  switch: ApplyingSwitch;
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
  approval: 1,
  exception: 1,
  lease: 1,
  budget: 1,
  switch: 1,
};

/** The `v` and `data` of an item of this kind. */
export function encode<K extends keyof Stored>(kind: K, value: Stored[K]): { v: number; data: JsonObject } {
  return { v: ITEM_VERSIONS[kind], data: value as JsonObject };
}

/** Reads an item back. Only Ephor writes its table, so the shape is the one `v` names; an unknown `v` is a bug or a newer store. */
export function decode<K extends keyof Stored>(kind: K, item: Item): Stored[K] {
  if (item.v !== ITEM_VERSIONS[kind])
    throw new Error(`${item.pk}: ${kind} of version ${item.v}, expected ${ITEM_VERSIONS[kind]}`);
  return item.data as unknown as Stored[K];
}

export type ErrorLike = { readonly code: string; readonly message: string };
