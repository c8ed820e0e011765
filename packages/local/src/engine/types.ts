import type { Json } from "@ephor/domain/json";
import type { ExecutionIdentity, FailureDetails, HistoryEvent } from "./history.ts";

/**
 * What the world tells an execution. `at` is RFC 3339 UTC with milliseconds, never earlier than the last one's;
 * `entropy` is a seed of at least 128 unguessable bits, different for every event: $uuid, $random, jitter and task
 * tokens of the advance are drawn from it, $now and $millis from `at`.
 *
 * An event about a task or timer the execution no longer waits for is a repeat: it changes nothing.
 */
export type EngineEvent = { readonly at: string; readonly entropy: string } & (
  | { readonly kind: "started"; readonly identity: ExecutionIdentity; readonly input: Json }
  | { readonly kind: "task-succeeded"; readonly taskId: string; readonly output: Json }
  | { readonly kind: "task-failed"; readonly taskId: string; readonly error: string; readonly cause?: string }
  | { readonly kind: "task-heartbeat"; readonly taskId: string }
  | { readonly kind: "timer-fired"; readonly timerId: string }
  | ({ readonly kind: "aborted" } & FailureDetails)
);
export type EngineEventKind = EngineEvent["kind"];

/** What the execution asks of the world. A driver carries out each at least once; ids tell a repeat. */
export type Command =
  | InvokeTask
  | { readonly kind: "cancel-task"; readonly taskId: string }
  | StartTimer
  | { readonly kind: "cancel-timer"; readonly timerId: string }
  | ({ readonly kind: "finish" } & Outcome);

/**
 * Run `resource` with `arguments`, then send `task-succeeded` or `task-failed`. With `taskToken` the answer of the
 * invocation itself is sent only if it failed; success comes by the token. The engine keeps the timeout and the
 * heartbeat by timers of its own: the seconds here are for the invoked side.
 */
export type InvokeTask = {
  readonly kind: "invoke-task";
  readonly taskId: string;
  readonly stateName: string;
  readonly resource: string;
  readonly arguments: Json;
  readonly taskToken?: string;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  /** How often this state ran before, retries only. */
  readonly retryCount: number;
};

/**
 * Send `timer-fired` once `at` has come. A timer started again under its id replaces the earlier one (a heartbeat moves
 * its own): history holds no heartbeats, so after a restart a driver's stored timer is newer than the restored one.
 */
export type StartTimer = { readonly kind: "start-timer"; readonly timerId: string; readonly at: string };

export type Outcome =
  | { readonly status: "SUCCEEDED"; readonly output: Json }
  | ({ readonly status: "FAILED" | "TIMED_OUT" | "ABORTED" } & FailureDetails);

/** The fold of a history. Never mutated: `advance` gives a new one. */
export type ExecutionState = {
  readonly identity: ExecutionIdentity;
  readonly input: Json;
  readonly startedAt: string;
  readonly lastEventId: number;
  /** When the whole execution times out, RFC 3339. */
  readonly deadline?: string;
  /** Live branches by id; `root` and, while Parallel and Map states run, theirs. Empty once the execution has ended. */
  readonly branches: ReadonlyMap<string, Branch>;
  /** What the world still owes: by task id and timer id. */
  readonly outstanding: ReadonlyMap<string, InvokeTask | StartTimer>;
  readonly outcome?: Outcome;
};

export type Branch = {
  readonly id: string;
  readonly parent?: { readonly branch: string; readonly index: number };
  readonly lastEventId: number;
  /** The variables of this scope; outer scopes are read through `parent`. */
  readonly variables: Readonly<Record<string, Json>>;
  readonly mapItem?: { readonly index: number; readonly value: Json };
  readonly at?: StatePosition;
};

/** Where a branch stands: in `name`, entered with `input`, doing `activity`. */
export type StatePosition = {
  readonly name: string;
  readonly input: Json;
  readonly enteredEventId: number;
  readonly enteredAt: string;
  /** Tries of each retrier, by its index in `Retry`. */
  readonly retries: readonly number[];
  readonly activity: Activity;
};

export type Activity =
  | { readonly kind: "entered" }
  | { readonly kind: "waiting"; readonly timer: StartTimer }
  | { readonly kind: "retrying"; readonly timer: StartTimer }
  | TaskActivity
  | ParallelActivity
  | MapActivity;

export type TaskActivity = {
  readonly kind: "task";
  readonly task: InvokeTask;
  readonly timeout?: StartTimer;
  readonly heartbeat?: StartTimer;
};

export type ParallelActivity = {
  readonly kind: "parallel";
  readonly startedEventId: number;
  readonly results: ReadonlyMap<number, Json>;
};

export type MapActivity = {
  readonly kind: "map";
  readonly startedEventId: number;
  readonly items: readonly Json[];
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  /** Iterations begun so far: the next one has this index. */
  readonly begun: number;
  readonly failed: number;
  readonly results: ReadonlyMap<number, Json>;
};

/** What one step of an execution gives: its new state, what to append to its history, what to carry out, in one transaction. */
export type Advance = {
  readonly state: ExecutionState;
  readonly history: readonly HistoryEvent[];
  readonly commands: readonly Command[];
};

/** What a task answers to a driver: its result, or the ASL error name and its cause. */
export type TaskOutcome =
  | { readonly kind: "succeeded"; readonly output: Json }
  | { readonly kind: "failed"; readonly error: string; readonly cause: string };
