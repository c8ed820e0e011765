import type { Config } from "@ephor/domain/config/config";

import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import type { Envelope } from "@ephor/events/envelope";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";
import type { Inbox } from "./ports.ts";
import { tenantOf } from "./tenant-of.ts";

export type Accepted = {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
};
type Deps = { readonly inbox: Inbox; readonly config: Config };
type Sender = { readonly tenant: Tenant; readonly correlationId: string };

/**
 * Accepts what a sender hands in (envelopes, CloudTrail records, ASFF, OCSF, lists of them): each is stored durably or
 * rejected with its index and the reason. Errors: `node.busy` when the inbox is full; what was stored before stays stored.
 */
export async function acceptEvents(
  d: Deps,
  { items, ...sender }: Sender & { items: readonly unknown[] },
): Promise<Result<Accepted, EphorError<"node.busy">>> {
  const outcomes = await Promise.all(items.map((item) => acceptItem(d, { item, sender })));
  const busy = outcomes.flat().find((refusal) => refusal?.code === "node.busy");
  if (busy) return err(ephorError("node.busy", busy.message));
  const rejected = outcomes.flatMap((refusals, index) =>
    refusals.flatMap((refusal) => (refusal === null ? [] : [{ index, reason: reasonOf(refusal) }])),
  );
  return ok({ accepted: outcomes.flat().length - rejected.length, rejected });
}

const reasonOf = (error: EphorError): string => (error.path ? `${error.message} (at ${error.path})` : error.message);

/** One entry for each event found in the item: null where it was stored, else why not. */
async function acceptItem(
  d: Deps,
  { item, sender }: { item: unknown; sender: Sender },
): Promise<readonly (EphorError | null)[]> {
  const read = readItem(d, { item, sender });
  return Promise.all(read.map((one) => (one.ok ? store(d, { ...one.value, sender }) : one.error)));
}

type Owned = { readonly envelope: Envelope; readonly tenant: Tenant };

/** The envelopes of an item and who owns them. A bug that one event meets is that event's refusal, and no other's. */
function readItem(d: Deps, of: { item: unknown; sender: Sender }): readonly Result<Owned, EphorError>[] {
  try {
    return toEnvelopes(of.item).map((envelope) =>
      envelope.ok ? ownedBy(d, { envelope: envelope.value, sender: of.sender }) : envelope,
    );
  } catch (cause) {
    return [err(ephorError("internal", "the event met a bug in Ephor and was not stored", { cause }))];
  }
}

function ownedBy(d: Deps, { envelope, sender }: { envelope: Envelope; sender: Sender }): Result<Owned, EphorError> {
  const events = eventsOf(envelope);
  if (!events.ok) return events;
  const tenant = tenantOf(d.config, envelope.account);
  if (sender.tenant !== tenant && sender.tenant !== DEFAULT_TENANT) {
    const message = `account ${envelope.account} belongs to another tenant than the token`;
    return err(ephorError("event.malformed", message, { path: "/account" }));
  }
  return ok({ envelope, tenant });
}

async function store(d: Deps, { envelope, tenant, sender }: Owned & { sender: Sender }): Promise<EphorError | null> {
  const accepted = await d.inbox.accept({ tenant, envelope, correlationId: sender.correlationId });
  return accepted.ok ? null : accepted.error;
}
