import type { Blobs, Clock, Executions, Log, Random, Store, TaskTokens } from "@ephor/app/ports";
import type { EphorError } from "@ephor/domain/error";
import type { Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timers } from "../../timers/timers.ts";
import type { InvokeTask, TaskOutcome } from "../types.ts";
import type { WorkflowSource } from "./definitions.ts";

/** Where an execution is, for a task and for its log lines. */
export type Running = {
  readonly tenant: Tenant;
  readonly id: string;
  readonly workflow: string;
  readonly correlationId: string;
};

/** Carries out one task. Called again for the same `taskId` after a crash: tasks are idempotent. */
export type Invoke = (running: Running, task: InvokeTask) => Promise<TaskOutcome>;

export type DurableEngineDeps = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly log: Log;
  readonly workflows: readonly WorkflowSource[];
  readonly retention: { readonly executionDays: number };
  readonly invoke: Invoke;
};
export type DurableEngine = Executions &
  TaskTokens & {
    /** Takes up every execution that an earlier process left; once, at start. Gives how many. */
    resume(tenants: readonly Tenant[]): Promise<number>;
    /** Ends an execution from outside, as StopExecution does. */
    abort(of: {
      tenant: Tenant;
      id: string;
      error: string;
      cause: string;
    }): Promise<Result<void, EphorError<"execution.not-found">>>;
    /** Resolves once the execution has ended; at once where it is not running here. */
    ended(id: string): Promise<void>;
    running(): number;
    /** Stops taking anything up and waits for the advances under way; tasks under way are taken up again after a restart. */
    stop(): Promise<void>;
  };
