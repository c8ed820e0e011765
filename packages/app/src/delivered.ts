import { type FindingId, parseFindingId } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import type { Message } from "@ephor/domain/notice";
import type { Timestamp } from "@ephor/domain/time";
import { epochMsOf } from "@ephor/domain/time";
import { timelineEntry } from "@ephor/domain/timeline";
import { encode } from "./items.ts";
import { deliveryKey, timelineKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Random, Write } from "./ports.ts";

/** Approvals end within 72 h and are told of within hours; a repeat after this time would be a new message. */
const KEPT_SECONDS = 90 * 86_400;
const RELATED_MAX = 100;

export type Gone = {
  readonly message: Message;
  readonly channel: string;
  /** The finding that it is about, where it is about one. */
  readonly findingId: FindingId | null;
  readonly person: string | null;
  readonly reference: JsonObject | null;
  readonly at: Timestamp;
  readonly correlationId: string;
};

/** That a message has gone out, once: what the channel needs to change it, a ledger record, a line on the finding's timeline. */
export function deliveredWrites(d: { readonly random: Random }, gone: Gone): readonly Write[] {
  const { findingId } = gone;
  return [deliveryWrite(gone), recordWrite(d, gone), ...(findingId === null ? [] : [toldWrite(gone, { findingId })])];
}

function deliveryWrite({ message, channel, person, reference, at }: Gone): Write {
  const { id, tenant, group, kind } = message;
  const item = {
    ...deliveryKey(tenant, { channel, group, messageId: id }),
    ...encode("delivery", { id, channel, group, noticeKind: kind, person, at, reference }),
    expiresAt: Math.floor(epochMsOf(at) / 1000) + KEPT_SECONDS,
  };
  return { kind: "put", item, when: { kind: "absent" } };
}

function recordWrite(d: { readonly random: Random }, gone: Gone): Write {
  const { message, channel, person, findingId, at, correlationId } = gone;
  const related = [...(person === null ? [] : [person]), ...idsIn(message)].slice(0, RELATED_MAX);
  return appendRecord(d, {
    idempotencyKey: `notification ${message.id}`,
    time: at,
    tenant: message.tenant,
    entity_type: "notification",
    this: message.id,
    did: "sent",
    who: "notify",
    who_type: "system",
    parent: findingId ?? message.group.slice(0, 512),
    correlation_id: correlationId,
    metadata: { channel, kind: message.kind },
    ...(related.length === 0 ? {} : { related }),
  });
}

/** Findings that a digest stands for. */
function idsIn({ kind, data }: Message): readonly string[] {
  const ids = kind === "digest" ? data["findings"] : undefined;
  return Array.isArray(ids) ? ids.flatMap((id) => parseFindingId(String(id)) ?? []) : [];
}

/** The line on one finding's timeline; `cause` tells lines of one message apart. */
export function toldWrite(
  { message, channel, person, at, correlationId }: Omit<Gone, "findingId" | "reference">,
  { findingId, cause = "" }: { findingId: FindingId; cause?: string },
): Write {
  const whom = person === null ? `channel ${channel}` : `${person} by channel ${channel}`;
  const entry = timelineEntry(findingId, {
    at,
    kind: "notice.sent",
    by: "notify",
    text: `Told ${whom}: ${whatOf(message)}`,
    correlationId,
    cause: `${message.id} ${cause}`,
  });
  const key = timelineKey(message.tenant, { id: findingId, at, key: entry.key });
  return { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } };
}

function whatOf({ kind, settles }: Message): string {
  if (kind === "digest") return "with others like it";
  return kind === "finding" && settles ? "finding closed" : kind;
}
