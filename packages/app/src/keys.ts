import { createHash } from "node:crypto";
import type { Finding } from "@ephor/domain/finding";
import { isOpen } from "@ephor/domain/finding-status";
import { digestOf } from "@ephor/domain/ids";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { IndexKey, ItemInput, Key } from "./ports.ts";

/*
 * The layout of the one table. The adapter puts the tenant before every `pk`.
 *
 *   finding#<id>        @            the finding                 byTime, byResource, byOpen
 *   finding#<id>        member#…     one event identity
 *   finding#<id>        time#…       one timeline entry
 *   effect#<id>         @            an effect to carry out      due
 *   dead-letter#<id>    @            what could not be done      byTime
 *   execution#<id>      @ and h#…    an execution, its history   byTime, due
 *   inbox#<id>          @            an accepted event           due
 */

/** Findings spread over so many partitions of the time indexes (findings.md, "Queries"). */
export const FINDING_SHARDS = 8;

const SELF = "@";

export const findingKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `finding#${id}`, sk: SELF });
export const membershipKey = (tenant: Tenant, of: { id: string; identity: string }): Key => ({
  tenant,
  pk: `finding#${of.id}`,
  sk: `member#${digestOf([of.identity])}`,
});
export const TIMELINE_PREFIX = "time#";
export const timelineKey = (tenant: Tenant, of: { id: string; at: Timestamp; key: string }): Key => ({
  tenant,
  pk: `finding#${of.id}`,
  sk: `${TIMELINE_PREFIX}${of.at}#${of.key}`,
});
export const effectKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `effect#${id}`, sk: SELF });
export const deadLetterKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `dead-letter#${id}`, sk: SELF });
export const executionKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `execution#${id}`, sk: SELF });

export const EXECUTIONS_BY_TIME = "execution";
export const DEAD_LETTERS_BY_TIME = "dead-letter";
export const EFFECTS_DUE = "effect";

export const findingsByTime = (shard: number): string => `finding#${shard}`;
export const findingsOpen = (shard: number): string => `open#${shard}`;
/** Resource ids are free text of any length, so the index holds their digest. */
export const findingsOfResource = (resourceId: string): string => `resource#${digestOf([resourceId])}`;

export const shardOf = (id: string): number => (createHash("sha256").update(id).digest()[0] ?? 0) % FINDING_SHARDS;
export const timeAndId = (at: Timestamp, id: string): string => `${at}#${id}`;

type Indexes = NonNullable<ItemInput["indexes"]>;

/** Where a finding stands in the indexes: by time and resource always, by open only while it asks for something. */
export function findingIndexes(finding: Finding): Indexes {
  const sk = timeAndId(finding.firstSeenAt, finding.id);
  const shard = shardOf(finding.id);
  const always: Indexes = {
    byTime: { pk: findingsByTime(shard), sk },
    byResource: { pk: findingsOfResource(finding.resource.id), sk },
  };
  const open: IndexKey = { pk: findingsOpen(shard), sk };
  return isOpen(finding.status) ? { ...always, byOpen: open } : always;
}
