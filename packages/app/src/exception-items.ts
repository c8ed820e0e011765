import type { Exception } from "@ephor/domain/exception";
import { isActive, isCovered } from "@ephor/domain/exception-rules";
import type { FindingFacts } from "@ephor/domain/finding";
import type { ExceptionId } from "@ephor/domain/ids";
import type { RecordDraft } from "@ephor/domain/ledger/record";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { decode, encode } from "./items.ts";
import { EXCEPTIONS_BY_TIME, EXCEPTIONS_DUE, exceptionKey, timeAndId } from "./keys.ts";
import type { Clock, Item, Key, Store, Write } from "./ports.ts";
import { queryAll } from "./query-all.ts";

const PAGE = 100;
const COVERS_PREFIX = "covers#";

/** An exception and the version of its item, which a transaction that rests on it has to check. */
export type StoredException = { readonly exception: Exception; readonly version: number };

/** The write of an exception as it is now. One that waits for its end stands in the index `due`. */
export function exceptionWrite(exception: Exception, known: Item | undefined): Write {
  const { tenant, id, requestedAt, expiresAt, state } = exception;
  const isWaiting = state === "active" || state === "requested";
  const item = {
    ...exceptionKey(tenant, id),
    ...encode("exception", exception),
    indexes: {
      byTime: { pk: EXCEPTIONS_BY_TIME, sk: timeAndId(requestedAt, id) },
      ...(isWaiting ? { due: { pk: EXCEPTIONS_DUE, sk: timeAndId(expiresAt, id) } } : {}),
    },
  };
  return { kind: "put", item, when: known ? { kind: "version", version: known.version } : { kind: "absent" } };
}

/** What every ledger record about an exception says. */
export function exceptionRecord(exception: Exception, of: { did: string; at: Timestamp; who: string }): RecordDraft {
  const { tenant, id, state, scope, risk, expiresAt, correlationId } = exception;
  return {
    idempotencyKey: `exception ${id} ${of.did}`,
    time: of.at,
    tenant,
    entity_type: "exception",
    this: id,
    did: of.did,
    status: state,
    risk_level: risk,
    expires_at: expiresAt,
    detection: scope.detection,
    who: of.who,
    correlation_id: correlationId,
    ...(scope.account === undefined ? {} : { account: scope.account }),
    ...(scope.resource === undefined ? {} : { resource: { id: scope.resource } }),
  };
}

/** Names a finding whose response the exception mutes, so that its end finds them again. */
export const coverKey = (tenant: Tenant, of: { id: ExceptionId; findingId: string }): Key => ({
  tenant,
  pk: exceptionKey(tenant, of.id).pk,
  sk: `${COVERS_PREFIX}${of.findingId}`,
});
/** What stands in the transaction that excepts a finding: that it is so, and that the exception is still what it was. */
export function coverWrites(of: StoredException & { readonly findingId: string }): readonly Write[] {
  const { tenant, id } = of.exception;
  return [
    {
      kind: "put",
      item: { ...coverKey(tenant, { id, findingId: of.findingId }), v: 1, data: { findingId: of.findingId } },
      when: { kind: "any" },
    },
    { kind: "check", key: exceptionKey(tenant, id), when: { kind: "version", version: of.version } },
  ];
}

export const coveredBy = (store: Store, of: { tenant: Tenant; id: ExceptionId }): AsyncGenerator<Item> =>
  queryAll(store, {
    tenant: of.tenant,
    pk: exceptionKey(of.tenant, of.id).pk,
    from: COVERS_PREFIX,
    to: `${COVERS_PREFIX}~`,
    limit: PAGE,
  });

/** The exceptions that mute responses now. Read from an index: one that began a moment ago may be missing. */
export async function activeExceptions(
  d: { readonly store: Store; readonly clock: Clock },
  tenant: Tenant,
): Promise<readonly StoredException[]> {
  const now = d.clock.now();
  const found: StoredException[] = [];
  for await (const item of queryAll(d.store, { tenant, index: "due", pk: EXCEPTIONS_DUE, from: now, limit: PAGE })) {
    const exception = decode("exception", item);
    if (isActive(exception, now)) found.push({ exception, version: item.version });
  }
  return found;
}

/** The active exception that covers `finding`, as the store has it now, or undefined. */
export async function exceptionFor(
  d: { readonly store: Store; readonly clock: Clock },
  { tenant, finding }: { tenant: Tenant; finding: Pick<FindingFacts, "detection" | "account" | "resource"> },
): Promise<StoredException | undefined> {
  for (const { exception } of await activeExceptions(d, tenant)) {
    if (!isCovered(exception.scope, finding)) continue;
    const item = await d.store.get(exceptionKey(tenant, exception.id));
    const now = item && decode("exception", item);
    if (item !== undefined && now !== undefined && isActive(now, d.clock.now()))
      return { exception: now, version: item.version };
  }
  return undefined;
}
