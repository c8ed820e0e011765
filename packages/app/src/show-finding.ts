import { type EphorError, ephorError } from "@ephor/domain/error";
import { type FindingLine, findingLine } from "@ephor/domain/finding";
import type { FindingId } from "@ephor/domain/ids";
import type { Plan } from "@ephor/domain/plan";
import type { Response } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { TimelineEntry, TimelineKind } from "@ephor/domain/timeline";
import { readApplyingSwitch } from "./applying-switch.ts";
import { type FindingApproval, findingApprovals } from "./finding-approvals.ts";
import { decode } from "./items.ts";
import { findingKey, RESPONSE_PREFIX, TIMELINE_PREFIX } from "./keys.ts";
import type { Store } from "./ports.ts";
import { planOnly, responseOf } from "./show-plan.ts";

export type FindingShown = FindingLine & {
  readonly generation: number;
  readonly resolvedAt: Timestamp | null;
  /**
   * The newest answer, and its plan with its diff; null where there is none. It may be that of an earlier life, as after a
   * way back: its `generation` tells.
   */
  readonly response: Response | null;
  readonly plan: Plan | null;
  /** What people were asked about this plan. */
  readonly approvals: readonly FindingApproval[];
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
  "response.waits": 11,
  "response.reserved": 12,
  "response.applied": 13,
  "response.verified": 14,
  "response.rolled-back": 15,
  "response.ended": 16,
  "notice.sent": 17,
  "notice.failed": 18,
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
  const { response, plan, approvals } = await answerOf(d, { tenant, findingId: finding.id });
  const timeline = await timelineOf(d, { tenant, pk: item.pk });
  return ok({ ...findingLine(finding), generation, resolvedAt, response, plan, approvals, timeline });
}

type Of = { readonly tenant: Tenant; readonly findingId: FindingId };

async function answerOf(
  d: { readonly store: Store },
  of: Of,
): Promise<Pick<FindingShown, "response" | "plan" | "approvals">> {
  const newest = await newestGeneration(d, of);
  if (newest === undefined) return { response: null, plan: null, approvals: [] };
  const { response, stored } = await responseOf(d, { ...of, generation: newest });
  if (response === null || stored === null) return { response, plan: null, approvals: [] };
  const approvals = await findingApprovals(d, { ...of, generation: newest, planHash: stored.hash });
  return { response: await withWait(d, { ...of, response, approvals }), plan: planOnly(stored), approvals };
}

/** The newest life of a finding that has an answer. */
async function newestGeneration(d: { readonly store: Store }, { tenant, findingId }: Of): Promise<number | undefined> {
  const { pk } = findingKey(tenant, findingId);
  const range = { tenant, pk, from: RESPONSE_PREFIX, to: `${RESPONSE_PREFIX}~`, descending: true, limit: 1 };
  const [item] = (await d.store.query(range)).items;
  return item && decode("response", item).generation;
}

type Waiting = Of & Pick<FindingShown, "approvals"> & { readonly response: Response };

/** What was let through and waits is told by what it waits for: nobody writes while nothing happens. */
async function withWait(d: { readonly store: Store }, of: Waiting): Promise<Response> {
  const { response, approvals, tenant } = of;
  const { state, terms } = response;
  if (state !== "awaiting-approval" && state !== "planning") return response;
  const isApproved = approvals.some((one) => one.kind === "plan" && one.state === "approved");
  if (!isApproved && terms?.approvalsNeeded !== 0 && response.forcedBy === null) return response;
  const { stopped } = await readApplyingSwitch(d, tenant);
  if (stopped !== null) return { ...response, detail: `waits: applying is stopped (${stopped})` };
  return isApproved ? { ...response, detail: "approved: it is applied as soon as there is room for it" } : response;
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
