import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { deadLetterIdOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { effectItem } from "./effects.ts";
import { type DeadLetter, decode, type Effect, type ErrorLike, encode } from "./items.ts";
import { DEAD_LETTERS_BY_TIME, deadLetterKey, timeAndId } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Blobs, Clock, Inbox, Random, Store, Write } from "./ports.ts";

/** Larger content stands beside the item, so that the item stays within 400 KB. */
const INLINE_BYTES_MAX = 240 * 1024;
const MESSAGE_MAX = 1000;
const CODE_MAX = 100;

export type Undone = {
  readonly tenant: Tenant;
  readonly kind: DeadLetter["kind"];
  /** What this is a dead letter of; the same source twice is one letter, with the reason of the last time. */
  readonly source: string;
  readonly content: JsonObject;
  readonly error: ErrorLike;
  readonly attempts: number;
  readonly correlationId: string;
};
export type DeadLetterDeps = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly random: Random;
  readonly retention: Pick<Config["retention"], "deadLetterDays">;
};
const DAY_SECONDS = 86_400;
const ABSENT = { kind: "absent" } as const;

/**
 * The writes that keep `undone` whole, for the transaction that gives up on it. Where its letter is there already, as after a
 * crash between parking and what follows it, the letter is written once more: somebody may be redriving it, and must not take
 * away what has failed again meanwhile. So these conflict where the letter came or went since. Large content is stored first.
 */
export async function deadLetterWrites(
  d: DeadLetterDeps,
  undone: Undone,
): Promise<{ id: string; writes: readonly Write[] }> {
  const { tenant, kind, attempts, correlationId, error } = undone;
  const id = deadLetterIdOf(tenant, `${kind} ${undone.source}`);
  const known = await d.store.get(deadLetterKey(tenant, id));
  const at = d.clock.now();
  const expiresAt = Math.floor(epochMsOf(at) / 1000) + d.retention.deadLetterDays * DAY_SECONDS;
  const content = await keep(d, { tenant, id, value: undone.content, expiresAt });
  const told = tellable(error);
  const letter: DeadLetter = { id, kind, at, error: told, attempts, correlationId, content };
  const item = {
    ...deadLetterKey(tenant, id),
    ...encode("dead-letter", letter),
    indexes: { byTime: { pk: DEAD_LETTERS_BY_TIME, sk: timeAndId(at, id) } },
    expiresAt,
  };
  const record = appendRecord(d, {
    idempotencyKey: `dead-letter ${id} ${at} ${known?.version ?? 0}`,
    time: at,
    tenant,
    entity_type: "dead-letter",
    this: id,
    did: "parked",
    metadata: { attempts },
    correlation_id: correlationId,
    error: told,
  });
  const when = known === undefined ? ABSENT : ({ kind: "version", version: known.version } as const);
  return { id, writes: [{ kind: "put", item, when }, record] };
}

/** A workflow names its errors as it likes; the ledger takes words and a message that is not empty. */
function tellable({ code, message }: ErrorLike): ErrorLike {
  const word =
    code
      .replaceAll(/[^A-Za-z0-9._-]/g, "-")
      .replace(/^[^A-Za-z]+/, "")
      .slice(0, CODE_MAX) || "unnamed";
  return { code: word, message: message.slice(0, MESSAGE_MAX) || word };
}

type Kept = { tenant: Tenant; id: string; value: JsonObject; expiresAt: number };

async function keep(d: DeadLetterDeps, { tenant, id, value, expiresAt }: Kept): Promise<DeadLetter["content"]> {
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length <= INLINE_BYTES_MAX) return { kind: "inline", value };
  await d.blobs.put({ tenant, id, bytes, expiresAt });
  return { kind: "blob", id };
}

/** Does it again: an event goes through the inbox once more, an effect to the dispatcher; the letter goes in the same step. */
export async function redriveDeadLetter(
  d: DeadLetterDeps & { readonly inbox: Inbox },
  { tenant, id, by }: { tenant: Tenant; id: string; by: string },
): Promise<Result<{ id: string }, EphorError>> {
  const item = await d.store.get(deadLetterKey(tenant, id));
  if (item === undefined) return err(ephorError("dead-letter.not-found", `no dead letter ${id}`));
  const letter = decode("dead-letter", item);
  const value = await contentOf(d, { tenant, content: letter.content });
  if (value === undefined) return err(ephorError("dead-letter.not-found", `the content of ${id} is gone`));
  const life = `${letter.at} ${item.version}`;
  const again = await doAgain(d, { tenant, letter, value, life });
  if (!again.ok) return again;
  const now = d.clock.now();
  const told = appendRecord(d, {
    idempotencyKey: `redrive ${id} ${life}`,
    time: now,
    tenant,
    entity_type: "dead-letter",
    this: id,
    did: "redriven",
    who: by,
    correlation_id: letter.correlationId,
  });
  const gone: Write = {
    kind: "delete",
    key: deadLetterKey(tenant, id),
    when: { kind: "version", version: item.version },
  };
  const done = await d.store.transact([gone, ...again.value, told]);
  if (done.ok) return ok({ id });
  // An event is on its way by now: it has failed once more, and its letter stands there anew. Or it was redriven twice at once.
  const isRenewed = letter.kind === "event" && done.error.path === "/0";
  const noted = isRenewed ? await d.store.transact([told]) : done;
  return noted.ok ? ok({ id }) : noted;
}

async function contentOf(d: { blobs: Blobs }, { tenant, content }: { tenant: Tenant; content: DeadLetter["content"] }) {
  if (content.kind === "inline") return content.value;
  const bytes = await d.blobs.get({ tenant, id: content.id });
  return bytes && (JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonObject);
}

/** `life` tells one redrive of a letter from the next, and is the same for both of two at once. */
type Again = { tenant: Tenant; letter: DeadLetter; value: JsonObject; life: string };

async function doAgain(d: { clock: Clock; inbox: Inbox }, again: Again): Promise<Result<readonly Write[], EphorError>> {
  const { tenant, letter, value, life } = again;
  if (letter.kind === "effect") {
    const effect = value as unknown as Effect;
    const id = `eff_${letter.id.slice(4)}`;
    return ok([
      { kind: "put", item: effectItem(tenant, { id, effect, attempts: 0, at: d.clock.now() }), when: { kind: "any" } },
    ]);
  }
  const accepted = await d.inbox.accept({
    tenant,
    envelope: value,
    correlationId: letter.correlationId,
    again: life,
  });
  return accepted.ok ? ok([]) : accepted;
}
