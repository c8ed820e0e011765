import type { EphorError } from "@ephor/domain/error";
import {
  FINDING_STATUSES,
  type Finding,
  type FindingLine,
  type FindingStatus,
  findingLine,
} from "@ephor/domain/finding";
import { isOpen } from "@ephor/domain/finding-status";
import { ok, type Result } from "@ephor/domain/result";
import type { Severity } from "@ephor/domain/severity";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { openCursor, sealCursor } from "./cursor.ts";
import { decode } from "./items.ts";
import { FINDING_SHARDS, findingsByTime, findingsOfResource, findingsOpen } from "./keys.ts";
import { newestFirst } from "./newest-first.ts";
import type { IndexName, Store } from "./ports.ts";

/** `since` (inclusive) and `until` (exclusive) bound firstSeenAt (findings.md, "Queries"). */
export type FindingFilter = {
  readonly status?: FindingStatus;
  readonly severity?: Severity;
  readonly account?: string;
  readonly region?: string;
  readonly resource?: string;
  readonly detection?: string;
  readonly since?: Timestamp;
  readonly until?: Timestamp;
};
export type FindingPage = { readonly items: readonly FindingLine[]; readonly cursor: string | null };

const READ_MAX = 1000;
const CHUNK = 25;

/**
 * Findings of the tenant by firstSeenAt, newest first. A page may be short, even empty, while `cursor` is given:
 * it reads at most 1,000 items whatever the filter. Errors: `cursor.invalid`.
 */
export async function listFindings(
  d: { readonly store: Store; readonly cursorKey: Uint8Array },
  query: { tenant: Tenant; filter: FindingFilter; cursor?: string; limit: number },
): Promise<Result<FindingPage, EphorError<"cursor.invalid">>> {
  const { tenant, filter, limit } = query;
  const scope = { tenant, filter: { list: "findings", ...filter } };
  const below = query.cursor === undefined ? ok(null) : openCursor(d.cursorKey, { ...scope, cursor: query.cursor });
  if (!below.ok) return below;
  const items: FindingLine[] = [];
  let read = 0;
  const range = { tenant, ...partitionsFor(filter), ...boundsOf(filter), chunk: CHUNK };
  for await (const { item, sk } of newestFirst(
    d.store,
    typeof below.value === "string" ? { ...range, below: below.value } : range,
  )) {
    read += 1;
    const finding = decode("finding", item);
    if (passes(finding, filter)) items.push(findingLine(finding));
    if (items.length === limit || read === READ_MAX)
      return ok({ items, cursor: sealCursor(d.cursorKey, { ...scope, position: sk }) });
  }
  return ok({ items, cursor: null });
}

const SHARDS = Array.from({ length: FINDING_SHARDS }, (_, shard) => shard);

function partitionsFor(filter: FindingFilter): { index: IndexName; pks: readonly string[] } {
  if (filter.resource !== undefined) return { index: "byResource", pks: [findingsOfResource(filter.resource)] };
  if (filter.status !== undefined && isOpen(filter.status)) return { index: "byOpen", pks: SHARDS.map(findingsOpen) };
  return { index: "byTime", pks: SHARDS.map(findingsByTime) };
}

const boundsOf = ({ since, until }: FindingFilter) => ({
  ...(since === undefined ? {} : { from: since }),
  ...(until === undefined ? {} : { to: until }),
});

function passes(finding: Finding, filter: FindingFilter): boolean {
  const told: readonly (readonly [string | undefined, string])[] = [
    [filter.status, finding.status],
    [filter.severity, finding.severity],
    [filter.account, finding.account],
    [filter.region, finding.region],
    [filter.resource, finding.resource.id],
    [filter.detection, finding.detection],
  ];
  return told.every(([wanted, is]) => wanted === undefined || wanted === is);
}

/** Open findings by severity, for the status page; counts at most `READ_MAX`, `more` says whether there are others. */
export async function countOpenFindings(d: { readonly store: Store }, tenant: Tenant) {
  const counts: Partial<Record<Severity, number>> = {};
  let read = 0;
  for await (const { item } of newestFirst(d.store, {
    tenant,
    index: "byOpen",
    pks: SHARDS.map(findingsOpen),
    chunk: 200,
  })) {
    if (read === READ_MAX) return { counts, more: true };
    const { severity } = decode("finding", item);
    counts[severity] = (counts[severity] ?? 0) + 1;
    read += 1;
  }
  return { counts, more: false };
}

export const isFindingStatus = (text: string): text is FindingStatus =>
  FINDING_STATUSES.some((status) => status === text);
