import { tenantOf } from "@ephor/app/tenant-of";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { compileDetections } from "@ephor/detections/evaluate";
import type { Config } from "@ephor/domain/config/config";
import { findingId } from "@ephor/domain/finding";
import { inboxIdOf } from "@ephor/domain/ids";
import type { Tenant } from "@ephor/domain/tenant";
import type { Event } from "@ephor/events/envelope";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";
import { topologyFor } from "@ephor/node/topology-for";
import { routeMatcher } from "@ephor/topology/route-matcher";

/** One event as it was sent, and what a node must make of it. */
export type Sent = {
  /** Where it stands in the inbox; the same bytes sent twice stand in one place. */
  readonly inboxId: string;
  readonly tenant: Tenant;
  readonly isRouted: boolean;
  readonly events: readonly Event[];
  readonly sightings: readonly { readonly findingId: string; readonly identity: string }[];
};

/** What was sent and what was acknowledged, over all lives of the node. */
export type Journal = {
  readonly config: Config;
  readonly evaluate: ReturnType<typeof compileDetections>;
  /** Reads what is about to be sent; undefined where it is no event and must be refused. */
  readonly read: (value: unknown) => Sent | undefined;
  readonly sent: Map<string, Sent>;
  readonly acknowledged: Set<string>;
  /** Times a finding was asked to be resolved, and times that was acknowledged, by its id. */
  readonly resolving: Map<string, { asked: number; acknowledged: number }>;
  /** What a node answered that it must not answer, as it was seen. */
  readonly wrongAnswers: string[];
  readonly counts: { requests: number };
};

export function openJournal(config: Config): Journal {
  const evaluate = compileDetections(catalogueFor(config), { allow: config.allowLists });
  const running = topologyFor(config);
  if (!running.ok) throw new Error(running.error.message);
  const workflowsFor = routeMatcher(running.value.topology);

  function read(value: unknown): Sent | undefined {
    const [envelope] = toEnvelopes(value);
    if (envelope === undefined || !envelope.ok) return undefined;
    const events = eventsOf(envelope.value);
    if (!events.ok) return undefined;
    const tenant = tenantOf(config, envelope.value.account);
    return {
      inboxId: inboxIdOf(tenant, JSON.stringify(envelope.value)),
      tenant,
      isRouted: workflowsFor(envelope.value).length > 0,
      events: events.value,
      sightings: events.value.flatMap((event) =>
        evaluate(event).drafts.map((draft) => ({
          findingId: findingId(tenant, draft),
          identity: event.identity,
        })),
      ),
    };
  }
  return {
    ...{ config, evaluate, read, sent: new Map(), acknowledged: new Set(), resolving: new Map(), wrongAnswers: [] },
    counts: { requests: 0 },
  };
}
