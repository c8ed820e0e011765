import type { ExecutionLine } from "@ephor/app/items";
import type { Clock, Executions, Random } from "@ephor/app/ports";
import { digestOf, runIdOf } from "@ephor/domain/ids";
import { epochMsOf } from "@ephor/domain/time";
import type { Delivered, Delivery } from "@ephor/local/bus/bus";
import type { Definition } from "@ephor/local/engine/definition";
import type { WorkflowSource } from "@ephor/local/engine/durable/definitions";
import { runExpress } from "@ephor/local/engine/express";
import { parseDefinition } from "@ephor/local/engine/parse/parse-definition";
import type { TaskOutcome } from "@ephor/local/engine/types";
import type { Timers } from "@ephor/local/timers/timers";
import { substitute } from "@ephor/topology/placeholders";
import type { Topology } from "@ephor/topology/types";
import type { Requester, TaskRequest } from "./invoke.ts";

/** On one node a task or workflow is called by its own name. */
export const workflowSources = (topology: Topology): readonly WorkflowSource[] =>
  topology.workflows.map(({ name, type, definition }) => ({
    name,
    type,
    definition: substitute(definition, (placeholder) => placeholder.name),
  }));

export type DeliverDeps = {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly executions: Executions;
  readonly workflows: readonly WorkflowSource[];
  readonly invoke: (by: Requester, task: TaskRequest) => Promise<TaskOutcome>;
};

/** Error of an Express run that kept its own event: nothing is left to do (architecture rule 3). */
const PARKED = "event.parked";

/** Starts a workflow for an event: an Express one runs here and now, a Standard one is started by the event's name. */
export function delivery(d: DeliverDeps): (delivery: Delivery) => Promise<Delivered> {
  const express = new Map(
    d.workflows.filter(({ type }) => type === "express").map((source) => [source.name, compiled(source)]),
  );
  return async (one) => {
    const definition = express.get(one.workflow);
    return definition === undefined ? startStandard(d, one) : runHere(d, { ...one, definition });
  };
}

function compiled(source: WorkflowSource): Definition {
  const parsed = parseDefinition(source.definition, { type: "express" });
  if (!parsed.ok) throw new Error(`workflow ${source.name}: ${parsed.error.message} at ${parsed.error.path ?? "/"}`);
  return parsed.value;
}

async function startStandard(d: DeliverDeps, { tenant, workflow, row }: Delivery): Promise<Delivered> {
  const input = { event: row.event, correlationId: row.correlationId };
  const started = await d.executions.start({ tenant, workflow, name: row.id, input, correlationId: row.correlationId });
  const isStarted = started.ok || started.error.code === "execution.already-exists";
  return { execution: null, failure: isStarted ? null : started.error };
}

async function runHere(d: DeliverDeps, of: Delivery & { definition: Definition }): Promise<Delivered> {
  const { tenant, workflow, row, definition } = of;
  const { correlationId } = row;
  const startedAt = d.clock.now();
  // The same event started again after a crash is the same execution.
  const id = runIdOf(epochMsOf(row.receivedAt), Buffer.from(digestOf([row.id, workflow])));
  const input = { event: row.event, correlationId };
  const by: Requester = { tenant, id, correlationId };
  const outcome = await runExpress({
    definition,
    input,
    identity: { id, name: row.id, stateMachine: { id: workflow, name: workflow } },
    invoke: (task) => d.invoke(by, task),
    clock: d.clock,
    timers: d.timers,
    random: d.random,
  });
  const told = outcome.status === "SUCCEEDED" ? { output: outcome.output } : { output: null };
  const failure =
    outcome.status === "SUCCEEDED" ? null : { code: outcome.error ?? outcome.status, message: outcome.cause ?? "" };
  const execution: ExecutionLine = {
    ...{ id, workflow, name: row.id, type: "express", status: outcome.status, startedAt, endedAt: d.clock.now() },
    ...{ error: failure?.code ?? null, cause: failure?.message ?? null, correlationId },
    // The event itself stands in the finding's evidence or in the dead letter; here it would only be copied.
    ...{ input: { eventId: row.event["id"] ?? null }, ...told },
  };
  return { execution, failure: failure?.code === PARKED ? null : failure };
}
