import type { Executions } from "@ephor/app/ports";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import type { Config } from "@ephor/domain/config/config";
import { EphorException } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import { routeMatcher } from "@ephor/topology/route-matcher";
import { topologyOf } from "@ephor/topology/topology";

/** The workflows that an envelope starts under a configuration: on AWS what its rules start, asked of a queue's message. */
export const workflowsUnder = (config: Config) => routeMatcher(topologyOf(catalogueFor(config)));

export type Routed = {
  readonly tenant: Tenant;
  /** Names the executions, so that a message that comes twice is known where the workflow is a Standard one. */
  readonly id: string;
  readonly envelope: JsonObject;
  /** What the workflows are handed: the envelope, or where it lies. */
  readonly event: JsonObject;
  readonly correlationId: string;
};

/** Starts what an event's routes name, with the input that a rule gives. Throws the first error that is no repeat. */
export async function startRouted(
  d: { readonly executions: Executions; readonly workflowsFor: (envelope: JsonObject) => readonly string[] },
  { tenant, id, envelope, event, correlationId }: Routed,
): Promise<void> {
  const input = { event, correlationId };
  await Promise.all(
    d.workflowsFor(envelope).map(async (workflow) => {
      const started = await d.executions.start({ tenant, workflow, name: id, input, correlationId });
      if (!started.ok && started.error.code !== "execution.already-exists") throw new EphorException(started.error);
    }),
  );
}
