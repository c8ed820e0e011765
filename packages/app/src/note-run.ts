import type { EphorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import type { Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { ExecutionLine } from "./items.ts";
import type { Clock } from "./ports.ts";
import { type RecordExecutionDeps, recordExecution } from "./record-execution.ts";

/** An Express run that tells how it ended, as its last step. `eventId`: null where the event goes by reference. */
export type NotedRun = {
  readonly tenant: Tenant;
  readonly run: {
    readonly executionId: string;
    readonly workflow: string;
    readonly name: string;
    readonly startedAt: Timestamp;
    readonly eventId: string | null;
  };
  readonly correlationId: string;
  readonly outcome: Pick<ExecutionLine, "status" | "error" | "cause"> & { readonly output: Json };
};
export type NoteRun = (noted: NotedRun) => Promise<Result<unknown, EphorError>>;

/** Writes the line of an Express run on AWS, of which Step Functions tells nobody (ADR 0014); as a node's runner writes it. */
export const noteRun =
  (d: RecordExecutionDeps & { readonly clock: Clock }): NoteRun =>
  ({ tenant, run, correlationId, outcome }) => {
    const { executionId: id, workflow, name, startedAt, eventId } = run;
    const told = { id, workflow, name, type: "express", startedAt, endedAt: d.clock.now() } as const;
    return recordExecution(d, { tenant, told: { ...told, ...outcome, correlationId, input: { eventId } } });
  };
