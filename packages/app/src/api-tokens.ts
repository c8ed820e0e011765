import { ROLES, type Role } from "@ephor/domain/config/person";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { z } from "zod";
import type { Caller } from "./caller.ts";
import { openCursor, positionOf, sealCursor } from "./cursor.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Item, Key, Random, Store } from "./ports.ts";
import { makeSecret, readSecret, SECRET_ID, type SecretText, sameSecret } from "./secret-text.ts";

/** A token as it may be shown: everything but the secret, which nobody has any more. */
export type ApiToken = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Whose it is, `people[].id`: what it does, that person does. Null where it is a machine's. */
  readonly person: string | null;
  readonly createdAt: Timestamp;
  readonly createdBy: string;
  readonly expiresAt: Timestamp;
  readonly revokedAt: Timestamp | null;
};

/** Keys have an age limit (ledger.md, "Keys"). */
export const TOKEN_DAYS_DEFAULT = 90;
export const TOKEN_DAYS_MAX = 365;
/** A revocation elsewhere takes effect here within this time; one on this node at once. */
const CACHED_SECONDS = 60;
const CACHED_MAX = 10_000;
const DAY_SECONDS = 86_400;

const PARTITION = "api-tokens";
const timestampSchema = z.custom<Timestamp>((value) => typeof value === "string");
const storedSchema = z.object({
  hash: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  // Tokens of before are nobody's.
  person: z.string().nullable().default(null),
  createdAt: timestampSchema,
  createdBy: z.string(),
  expiresAt: timestampSchema,
  revokedAt: timestampSchema.nullable(),
});
type StoredToken = z.infer<typeof storedSchema>;

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly cursorKey: Uint8Array;
};
type Change = {
  readonly tenant: Tenant;
  readonly id: string;
  readonly did: "created" | "revoked";
  readonly by: string;
  readonly at: Timestamp;
  readonly role: Role;
  readonly person: string | null;
  readonly expiresAt?: Timestamp;
  readonly correlationId: string;
};
type Refused = EphorError<"auth.refused">;

export type ApiTokens = {
  /** The secret text is given here once. `days`: 1 to 365, 90 unless told. Ledgered in the same transaction. */
  create(token: {
    tenant: Tenant;
    name: string;
    role: Role;
    person?: string | null;
    createdBy: string;
    days?: number;
    correlationId: string;
  }): Promise<{ token: ApiToken; secret: string }>;
  /** By id, revoked and expired ones too. */
  list(of: {
    tenant: Tenant;
    cursor?: string;
    limit: number;
  }): Promise<Result<{ items: ApiToken[]; cursor: string | null }, EphorError<"cursor.invalid">>>;
  /** Ledgered with it; again changes nothing. An id of another tenant is refused like one that never was. */
  revoke(of: {
    tenant: Tenant;
    id: string;
    revokedBy: string;
    correlationId: string;
  }): Promise<Result<ApiToken, EphorError<"token.not-found" | "store.conflict">>>;
  /** The caller that a token stands for, `api-token/<id>` in logs and ledger; `auth.refused` says nothing about why. */
  verify(secret: string): Promise<Result<Caller & { readonly tokenId: string }, Refused>>;
};

/** API tokens `eph_<id>_<secret>`, stored as hashes (console.md). */
export function apiTokens(d: Deps): ApiTokens {
  const cache = new Map<string, { stored: StoredToken; readAtMs: number }>();
  /** A read that began before a revocation here must not put what it saw into the cache after it. */
  let revocations = 0;

  const tokenRecord = ({ tenant, id, did, by, at, role, person, expiresAt, correlationId }: Change) =>
    appendRecord(d, {
      idempotencyKey: `token ${id} ${did}`,
      time: at,
      tenant,
      entity_type: "token",
      this: id,
      did,
      who: by,
      roles: [role],
      correlation_id: correlationId,
      ...(person === null ? {} : { owner: person }),
      ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    });

  async function find(secret: SecretText): Promise<StoredToken | undefined> {
    const nowMs = epochMsOf(d.clock.now());
    const cached = cache.get(secret.id);
    if (cached !== undefined && nowMs - cached.readAtMs < CACHED_SECONDS * 1000) return cached.stored;
    cache.delete(secret.id);
    const revocationsBefore = revocations;
    const item = await d.store.get(keyOf(secret));
    if (item === undefined) return undefined;
    const stored = storedSchema.parse(item.data);
    if (revocations !== revocationsBefore) return stored;
    for (const oldest of cache.keys()) {
      if (cache.size < CACHED_MAX) break;
      cache.delete(oldest);
    }
    cache.set(secret.id, { stored, readAtMs: nowMs });
    return stored;
  }

  return {
    async create({ tenant, name, role, person = null, createdBy, correlationId, days = TOKEN_DAYS_DEFAULT }) {
      const { text, ...secret } = makeSecret(d.random, { prefix: "eph", tenant });
      const createdAt = d.clock.now();
      const expiresAt = addSeconds(createdAt, days * DAY_SECONDS);
      const stored = { hash: secret.hash, name, role, person, createdAt, createdBy, expiresAt, revokedAt: null };
      const put = await d.store.transact([
        { kind: "put", item: { ...keyOf(secret), v: 1, data: stored }, when: { kind: "absent" } },
        tokenRecord({
          ...secret,
          did: "created",
          by: createdBy,
          at: createdAt,
          role,
          person,
          expiresAt,
          correlationId,
        }),
      ]);
      if (!put.ok) throw new Error("a new token's id was taken", { cause: put.error });
      return { token: shown(secret.id, stored), secret: text };
    },

    async list({ tenant, cursor, limit }) {
      const scope = { tenant, filter: { list: PARTITION } };
      const after = cursor === undefined ? ok({}) : startOf(openCursor(d.cursorKey, { ...scope, cursor }));
      if (!after.ok) return after;
      const { items, next } = await d.store.query({ tenant, pk: PARTITION, limit, ...after.value });
      const following = next === undefined ? null : sealCursor(d.cursorKey, { ...scope, position: next });
      return ok({ items: items.map(tokenOf), cursor: following });
    },

    async revoke({ tenant, id, revokedBy, correlationId }) {
      const known = SECRET_ID.test(id) ? await d.store.get(keyOf({ tenant, id })) : undefined;
      if (known === undefined) return err(ephorError("token.not-found", "no token has this id", { path: "/id" }));
      const stored = storedSchema.parse(known.data);
      if (stored.revokedAt !== null) return ok(shown(id, stored));
      const at = d.clock.now();
      const revoked = { ...stored, revokedAt: at };
      const item = { ...keyOf({ tenant, id }), v: 1, data: revoked };
      const put = await d.store.transact([
        { kind: "put", item, when: { kind: "version", version: known.version } },
        tokenRecord({ tenant, id, did: "revoked", by: revokedBy, at, ...ofWhom(stored), correlationId }),
      ]);
      revocations++;
      cache.delete(id);
      if (!put.ok) return err(ephorError("store.conflict", "the token changed meanwhile; ask again"));
      return ok(shown(id, revoked));
    },

    async verify(text) {
      const secret = readSecret("eph", text);
      const stored = secret === undefined ? undefined : await find(secret);
      if (secret === undefined || stored === undefined) return refused();
      if (!sameSecret(stored.hash, secret.hash) || stored.revokedAt !== null) return refused();
      if (stored.expiresAt <= d.clock.now()) return refused();
      const subject = `api-token/${secret.id}`;
      return ok({ tenant: secret.tenant, ...ofWhom(stored), subject, tokenId: secret.id });
    },
  };
}

const keyOf = (of: { tenant: Tenant; id: string }): Key => ({ tenant: of.tenant, pk: PARTITION, sk: of.id });
const tokenOf = (item: Item): ApiToken => shown(item.sk, storedSchema.parse(item.data));

const ofWhom = ({ role, person }: StoredToken) => ({ role, person });

function startOf(opened: Result<Json, EphorError<"cursor.invalid">>) {
  const position = opened.ok ? positionOf(opened.value) : opened;
  return position.ok ? ok({ after: position.value }) : position;
}

function shown(id: string, { hash: _, ...told }: StoredToken): ApiToken {
  return { id, ...told };
}

const refused = () =>
  err(ephorError("auth.refused", "the token is unknown, expired or revoked; `ephor token create` makes a new one"));
