import { hash } from "node:crypto";
import type { Finding } from "@ephor/domain/finding";
import { isOpen } from "@ephor/domain/finding-status";
import { digestOf } from "@ephor/domain/ids";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { IndexKey, ItemInput, Key } from "./ports.ts";

/*
 * The layout of the one table. The adapter puts the tenant before every `pk`.
 *
 *   finding#<id>        @            the finding                 byTime, byResource, byOpen
 *   finding#<id>        member#…     one event identity
 *   finding#<id>        time#…       one timeline entry
 *   finding#<id>        plan#…       a plan, by generation and hash
 *   finding#<id>        response#…   the answer to one generation
 *   finding#<id>        call#…       one call of a plan, applied or undone
 *   finding#<id>        snapshot#…   the state before apply, sealed
 *   finding#<id>        applied#…    the state that apply left, sealed
 *   finding#<id>        undo#…       the calls back, of one execution
 *   finding#<id>        rollback#…   who asked for the way back
 *   approval#<id>       @            a task for people           byTime, byOpen
 *   approval#<id>       desk#…       what one person did about it
 *   exception#<id>      @            a waiver                    byTime, due
 *   lease#<digest>      @            who changes a resource now
 *   budget#<account>    @            changes that count now; `all`, of every account and tenant
 *   counted#<digest>    @            that a change was counted, once
 *   switch#applying     @            whether anything may be applied
 *   notice#<digest>     sent#…       a message that went out, by channel and group
 *   window#<digest>     @ and held#… a channel's window for what is alike, and what waits in it
 *   pace#<channel>      @            how many messages a channel has had
 *   notice-channels     @            every channel that was ever configured
 *   slack#<digest>      @            a request of Slack's that was taken
 *   effect#<id>         @            an effect to carry out      due
 *   dead-letter#<id>    @            what could not be done      byTime
 *   execution#<id>      @ and h#…    an execution, its history   byTime, due
 *   inbox#<id>          @            an accepted event           due
 */

/** Findings spread over so many partitions of the time indexes (findings.md, "Queries"). */
export const FINDING_SHARDS = 8;

const SELF = "@";

export const findingKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `finding#${id}`, sk: SELF });
export const MEMBER_PREFIX = "member#";
export const membershipKey = (tenant: Tenant, of: { id: string; identity: string }): Key => ({
  tenant,
  pk: `finding#${of.id}`,
  sk: `${MEMBER_PREFIX}${digestOf([of.identity])}`,
});
export const TIMELINE_PREFIX = "time#";
export const timelineKey = (tenant: Tenant, of: { id: string; at: Timestamp; key: string }): Key => ({
  tenant,
  pk: `finding#${of.id}`,
  sk: `${TIMELINE_PREFIX}${of.at}#${of.key}`,
});
const generationText = (generation: number): string => String(generation).padStart(8, "0");

/** Of one generation of a finding. */
export type Generation = { readonly findingId: string; readonly generation: number };
export const PLAN_PREFIX = "plan#";
export const planKey = (tenant: Tenant, of: Generation & { planHash: string }): Key => ({
  tenant,
  pk: `finding#${of.findingId}`,
  sk: `${PLAN_PREFIX}${generationText(of.generation)}#${of.planHash}`,
});
export const RESPONSE_PREFIX = "response#";
export const responseKey = (tenant: Tenant, of: Generation): Key => ({
  tenant,
  pk: `finding#${of.findingId}`,
  sk: `${RESPONSE_PREFIX}${generationText(of.generation)}`,
});
/** `run` names one carrying out of a plan: `apply` or `undo`. */
export type CallRun = Generation & { readonly planHash: string; readonly run: "apply" | "undo" };
export const callPrefix = (of: CallRun): string => `call#${generationText(of.generation)}#${of.planHash}#${of.run}#`;
export const callKey = (tenant: Tenant, of: CallRun & { index: number }): Key => ({
  tenant,
  pk: `finding#${of.findingId}`,
  sk: `${callPrefix(of)}${String(of.index).padStart(4, "0")}`,
});
/** What there is once for one plan of one generation. */
type OfPlan = Generation & { readonly planHash: string };
const ofPlan =
  (prefix: string) =>
  (tenant: Tenant, of: OfPlan): Key => ({
    tenant,
    pk: `finding#${of.findingId}`,
    sk: `${prefix}#${generationText(of.generation)}#${of.planHash}`,
  });
export const snapshotKey = ofPlan("snapshot");
export const appliedKey = ofPlan("applied");
/** What was asked for at the first attempt stands first, without a number. */
export const rollbackKey = (tenant: Tenant, { attempt, ...of }: OfPlan & { readonly attempt: number }): Key => {
  const { sk, ...key } = ofPlan("rollback")(tenant, of);
  return { ...key, sk: attempt === 1 ? sk : `${sk}#${String(attempt).padStart(4, "0")}` };
};
export const undoKey = (tenant: Tenant, of: OfPlan & { executionId: string }): Key => {
  const { sk, ...key } = ofPlan("undo")(tenant, of);
  return { ...key, sk: `${sk}#${digestOf([of.executionId])}` };
};
export const approvalKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `approval#${id}`, sk: SELF });
export const approvalDeskKey = (tenant: Tenant, of: { approvalId: string; person: string }): Key => ({
  tenant,
  pk: `approval#${of.approvalId}`,
  sk: `desk#${of.person}`,
});
export const exceptionKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `exception#${id}`, sk: SELF });
export const exceptionCounterKey = (tenant: Tenant, year: number): Key => ({
  tenant,
  pk: `exception-counter#${year}`,
  sk: SELF,
});
export const leaseKey = (tenant: Tenant, of: { account: string; region: string; resourceId: string }): Key => ({
  tenant,
  pk: `lease#${digestOf([of.account, of.region, of.resourceId])}`,
  sk: SELF,
});
export const BUDGET_ALL = "all";
export const budgetKey = (tenant: Tenant, account: string): Key => ({ tenant, pk: `budget#${account}`, sk: SELF });
/** `change`: the digest that names a change (`budgetKeyOf`). */
export const countedChangeKey = (tenant: Tenant, change: string): Key => ({
  tenant,
  pk: `counted#${change}`,
  sk: SELF,
});
export const applyingSwitchKey = (tenant: Tenant): Key => ({ tenant, pk: "switch#applying", sk: SELF });

export const SENT_PREFIX = "sent#";
const noticePk = (of: { channel: string; group: string }): string => `notice#${digestOf([of.channel, of.group])}`;
export const deliveryRange = (tenant: Tenant, of: { channel: string; group: string }) => ({
  ...{ tenant, pk: noticePk(of), from: SENT_PREFIX, to: `${SENT_PREFIX}~` },
});
export const deliveryKey = (tenant: Tenant, of: { channel: string; group: string; messageId: string }): Key => ({
  tenant,
  pk: noticePk(of),
  sk: `${SENT_PREFIX}${of.messageId}`,
});
const windowPk = (of: { channel: string; alike: string }): string => `window#${digestOf([of.channel, of.alike])}`;
export const noticeWindowKey = (tenant: Tenant, of: { channel: string; alike: string }): Key => ({
  tenant,
  pk: windowPk(of),
  sk: SELF,
});
export const heldRange = (tenant: Tenant, of: { channel: string; alike: string; endsAt: Timestamp }) => {
  const from = `held#${of.endsAt}#`;
  return { tenant, pk: windowPk(of), from, to: `${from}~` };
};
export const heldKey = (
  tenant: Tenant,
  of: { channel: string; alike: string; endsAt: Timestamp; effectId: string },
): Key => ({ tenant, pk: windowPk(of), sk: `held#${of.endsAt}#${of.effectId}` });
/** A channel is everybody's, so its pace is kept in one place. */
export const channelPaceKey = (channel: string): Key => ({ tenant: DEFAULT_TENANT, pk: `pace#${channel}`, sk: SELF });
/** Channels are everybody's; so is the list of them. */
export const noticeChannelsKey: Key = { tenant: DEFAULT_TENANT, pk: "notice-channels", sk: SELF };
export const slackRequestKey = (signature: string): Key => ({
  tenant: DEFAULT_TENANT,
  pk: `slack#${digestOf([signature])}`,
  sk: SELF,
});
export const effectKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `effect#${id}`, sk: SELF });
export const deadLetterKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `dead-letter#${id}`, sk: SELF });
export const executionKey = (tenant: Tenant, id: string): Key => ({ tenant, pk: `execution#${id}`, sk: SELF });

export const EXECUTIONS_BY_TIME = "execution";
export const DEAD_LETTERS_BY_TIME = "dead-letter";
export const EFFECTS_DUE = "effect";
/**
 * Effects that call what is not Ephor's, a queue for each channel: a receiver can take long, and nothing of another channel
 * waits behind it.
 */
export const NOTICES_DUE = "notice";
export const noticesDue = (channel: string): string => `${NOTICES_DUE}#${channel}`;
export const isNoticesDue = (queue: string | undefined): boolean => queue?.startsWith(noticesDue("")) === true;
export const APPROVALS_BY_TIME = "approval";
/** Approvals that wait for somebody. */
export const APPROVALS_PENDING = "approval-pending";
export const EXCEPTIONS_BY_TIME = "exception";
/** Active exceptions, by the time of their end. */
export const EXCEPTIONS_DUE = "exception";

export const findingsByTime = (shard: number): string => `finding#${shard}`;
export const findingsOpen = (shard: number): string => `open#${shard}`;
/** Resource ids are free text of any length, so the index holds their digest. */
export const findingsOfResource = (resourceId: string): string => `resource#${digestOf([resourceId])}`;

export const shardOf = (id: string): number => (hash("sha256", id, "buffer")[0] ?? 0) % FINDING_SHARDS;
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
