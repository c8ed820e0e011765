import type { Json } from "@ephor/domain/json";
import type { StateKind } from "./definition.ts";

/**
 * One thing that happened in an execution, named as AWS names it in `GetExecutionHistory`. History is the truth: it holds
 * every evaluated value, so that `restore` never evaluates again. Values are JSON, where AWS gives JSON text.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export type HistoryEvent = { [T in HistoryType]: HistoryEventOf<T> }[HistoryType];
export type HistoryType = keyof HistoryDetails;

export type HistoryEventOf<T extends HistoryType> = {
  /** From 1, without gaps. */
  readonly id: number;
  /** The event of the same branch that led here; 0 for the first. */
  readonly previousEventId: number;
  readonly type: T;
  /** RFC 3339, UTC, milliseconds: the `at` of the engine event that led here. */
  readonly timestamp: string;
  /** Which branch of the execution: `root`, or `<branch>/<event id of the start>.<index>`. Not AWS's; needed to rebuild. */
  readonly branch: string;
  readonly details: HistoryDetails[T];
  /** The retry that follows this failure, decided once. Not AWS's; needed to rebuild. */
  readonly retry?: RetryDecision;
};

/** `retrier` is its index in `Retry`; `at` is when the state runs again, jitter included. */
export type RetryDecision = { readonly retrier: number; readonly at: string };

export type FailureDetails = { readonly error?: string; readonly cause?: string };
type Entered = { readonly name: string; readonly input: Json };
/** `assigned` holds the variables this state wrote; `next` is the following state, absent at an end. */
type Exited = {
  readonly name: string;
  readonly output: Json;
  readonly assigned?: Readonly<Record<string, Json>>;
  readonly next?: string;
};
type Iteration = { readonly name: string; readonly index: number };
type Nothing = Readonly<Record<string, never>>;
type ExitingKind = Exclude<StateKind, "Fail">;

export type HistoryDetails = { [K in StateKind as `${K}StateEntered`]: Entered } & {
  [K in ExitingKind as `${K}StateExited`]: Exited;
} & {
  WaitStateEntered: Entered & { /** Absent when its evaluation failed. */ readonly until?: string };

  ExecutionStarted: ExecutionIdentity & {
    readonly input: Json /** When the whole execution times out. */;
    readonly deadline?: string;
  };
  ExecutionSucceeded: { readonly output: Json };
  ExecutionFailed: FailureDetails;
  ExecutionTimedOut: FailureDetails;
  ExecutionAborted: FailureDetails;

  TaskScheduled: TaskScheduled;
  TaskStarted: { readonly resource: string };
  TaskSucceeded: { readonly resource: string; readonly output: Json };
  TaskFailed: FailureDetails & { readonly resource: string };
  TaskTimedOut: FailureDetails & { readonly resource: string };
  TaskStateAborted: Nothing;
  WaitStateAborted: Nothing;

  ParallelStateStarted: Nothing;
  ParallelStateSucceeded: Nothing;
  ParallelStateFailed: FailureDetails;
  ParallelStateAborted: Nothing;

  MapStateStarted: MapStarted;
  MapIterationStarted: Iteration;
  MapIterationSucceeded: Iteration & { readonly output: Json };
  MapIterationFailed: Iteration & FailureDetails;
  MapIterationAborted: Iteration;
  MapStateSucceeded: Nothing;
  MapStateFailed: FailureDetails;
  MapStateAborted: Nothing;

  /** An expression failed: `location` is the field, `Output/result`. */
  EvaluationFailed: {
    readonly error: string;
    readonly cause: string;
    readonly location: string;
    readonly state: string;
  };
};

/** Who runs: what `$states.context` says of the execution and its state machine. `id` is an ARN on AWS, any unique name here. */
export type ExecutionIdentity = {
  readonly id: string;
  readonly name: string;
  readonly roleArn?: string;
  readonly stateMachine: { readonly id: string; readonly name: string };
};

type TaskScheduled = {
  /** Unique in the execution, stable over restarts. */
  readonly taskId: string;
  readonly resource: string;
  readonly parameters: Json;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
  /** Given to `.waitForTaskToken` tasks only. */
  readonly taskToken?: string;
};

type MapStarted = {
  readonly length: number;
  /** Kept so that an iteration begun after a restart sees the same item. */
  readonly items: readonly Json[];
  /** 0 is as many as the engine allows at once. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
};
