import {
  addSighting,
  type FindingFacts,
  type FindingLine,
  findingId,
  findingLine,
  firstFacts,
} from "@ephor/domain/finding";
import type { Severity } from "@ephor/domain/severity";
import type { Tenant } from "@ephor/domain/tenant";
import type { Event } from "@ephor/events/envelope";
import { type Evaluate, sightingOf } from "./evaluate-detections.ts";

export type Replayed = {
  /** Distinct event identities. */
  readonly events: number;
  /** Further deliveries of a known identity. */
  readonly duplicates: number;
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly byDetection: Readonly<Record<string, number>>;
  readonly failed: number;
};
type Folded = { facts: FindingFacts; readonly members: Set<string> };

/**
 * Folds events into findings in memory, by the same steps as a node records them: the same events give the same findings,
 * in any order, any number of times (interfaces.md, "A finding line").
 */
export function replayFindings(d: { readonly evaluate: Evaluate; readonly tenantOf: (account: string) => Tenant }) {
  const identities = new Set<string>();
  const findings = new Map<string, Folded>();
  let duplicates = 0;
  let failed = 0;

  return {
    add(event: Event): void {
      const before = identities.size;
      identities.add(`${event.account} ${event.identity}`);
      if (identities.size === before) duplicates += 1;
      const evaluated = d.evaluate(event);
      failed += evaluated.failed.length;
      const tenant = d.tenantOf(event.account);
      for (const draft of evaluated.drafts) {
        const seen = { draft, sighting: sightingOf(event) };
        const id = findingId(tenant, draft);
        const known = findings.get(id);
        if (known === undefined)
          findings.set(id, { facts: firstFacts(tenant, seen), members: new Set([event.identity]) });
        else if (!known.members.has(event.identity)) {
          known.members.add(event.identity);
          known.facts = addSighting(known.facts, seen);
        }
      }
    },

    /** Every finding, by first sighting, then id. */
    *lines(): Generator<FindingLine> {
      const all = [...findings.values()].map(({ facts }) => facts);
      all.sort((a, b) => compare(a.firstSeenAt, b.firstSeenAt) || compare(a.id, b.id));
      for (const facts of all) yield findingLine({ ...facts, status: "open" });
    },

    summary(): Replayed {
      const bySeverity: Record<Severity, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
      const byDetection: Record<string, number> = {};
      for (const { facts } of findings.values()) {
        bySeverity[facts.severity] += 1;
        byDetection[facts.detection] = (byDetection[facts.detection] ?? 0) + 1;
      }
      return { events: identities.size, duplicates, findings: findings.size, bySeverity, byDetection, failed };
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
