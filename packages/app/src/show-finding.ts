import { type EphorError, ephorError } from "@ephor/domain/error";
import { type FindingLine, findingLine } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import type { Response } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { TimelineEntry, TimelineKind } from "@ephor/domain/timeline";
import { decode } from "./items.ts";
import { findingKey, TIMELINE_PREFIX } from "./keys.ts";
import type { Store } from "./ports.ts";
import { planOnly, responseOf } from "./show-plan.ts";

export type FindingShown = FindingLine & {
  readonly generation: number;
  readonly resolvedAt: Timestamp | null;
  /** The answer to its present life, and the plan with its diff; null where there is none. */
  readonly response: Response | null;
  readonly plan: Plan | null;
  /** Oldest first; the newest 1,000. */
  readonly timeline: readonly TimelineEntry[];
};

const TIMELINE_MAX = 1000;

/** What leads to what: several entries of one transaction have one time, and their keys know of no order. */
const RANK: Readonly<Record<TimelineKind, number>> = {
  "finding.opened": 0,
  "finding.seen": 1,
  "finding.transitioned": 2,
  "finding.reopened": 3,
  "exception.used": 4,
  "response.requested": 5,
  "response.planned": 7,
  "approval.opened": 8,
  "approval.decided": 9,
  "approval.ended": 10,
  "response.reserved": 11,
  "response.applied": 12,
  "response.verified": 13,
  "response.rolled-back": 14,
  "response.ended": 15,
  "notice.sent": 16,
};

/** A finding with its timeline. Errors: `finding.not-found`, also for another tenant's. */
export async function showFinding(
  d: { readonly store: Store },
  { tenant, id }: { tenant: Tenant; id: string },
): Promise<Result<FindingShown, EphorError<"finding.not-found">>> {
  const item = await d.store.get(findingKey(tenant, id));
  if (item === undefined) return err(ephorError("finding.not-found", `no finding ${id}`));
  const finding = decode("finding", item);
  const { generation, resolvedAt } = finding;
  const { response, stored } = await responseOf(d, { tenant, findingId: finding.id, generation });
  return ok({
    ...findingLine(finding),
    generation,
    resolvedAt,
    response,
    plan: stored && planOnly(stored),
    timeline: await timelineOf(d, { tenant, pk: item.pk }),
  });
}

async function timelineOf(
  d: { store: Store },
  { tenant, pk }: { tenant: Tenant; pk: string },
): Promise<readonly TimelineEntry[]> {
  const range = { tenant, pk, from: TIMELINE_PREFIX, to: `${TIMELINE_PREFIX}~`, descending: true };
  const entries: TimelineEntry[] = [];
  let page = await d.store.query({ ...range, limit: TIMELINE_MAX });
  for (;;) {
    entries.push(...page.items.map((item) => decode("timeline", item)));
    if (page.next === undefined || entries.length >= TIMELINE_MAX) return inOrder(entries.slice(0, TIMELINE_MAX));
    page = await d.store.query({ ...range, limit: TIMELINE_MAX, after: page.next });
  }
}

const inOrder = (entries: readonly TimelineEntry[]): readonly TimelineEntry[] =>
  entries.toSorted((a, b) => {
    if (a.at === b.at) return RANK[a.kind] - RANK[b.kind];
    return a.at < b.at ? -1 : 1;
  });
