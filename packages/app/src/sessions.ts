import { createHash } from "node:crypto";
import { ROLES } from "@ephor/domain/config/person";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { z } from "zod";
import type { Caller } from "./caller.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Key, Random, Store } from "./ports.ts";
import { makeSecret, readSecret, type SecretText, sameSecret } from "./secret-text.ts";

/** console.md: a session lasts 12 h at most and ends after 30 min without a request. */
export const SESSION_SECONDS_MAX = 12 * 3600;
const IDLE_SECONDS = 30 * 60;
/** A session's last use is written at most this often, so that reading pages does not become writing. */
const TOUCH_SECONDS = 60;
/** A sign-in link that nobody followed ends after a day. */
const LINK_SECONDS = 24 * 3600;

const timestampSchema = z.custom<Timestamp>((value) => typeof value === "string");
const linkSchema = z.object({
  ...{ hash: z.string(), role: z.enum(ROLES), subject: z.string(), expiresAt: timestampSchema },
  // Those of before name nobody.
  person: z.string().nullable().default(null),
});
const sessionSchema = linkSchema.extend({ lastSeenAt: timestampSchema });

type Deps = { readonly store: Store; readonly clock: Clock; readonly random: Random };
type Refused = EphorError<"auth.refused">;

/** `secret` goes into the cookie and nowhere else; `csrf` into every form and the X-CSRF-Token header. */
export type SignedIn = { readonly secret: string; readonly csrf: string; readonly caller: Caller };

/** `text` is given here once. */
export type SignInLink = { readonly text: string; readonly expiresAt: Timestamp };

export type Sessions = {
  /** A link text that signs in once, as `subject`, within a day. */
  createLink(
    of: Omit<Caller, "person"> & {
      readonly person?: string | null;
      readonly createdBy: string;
      readonly correlationId: string;
    },
  ): Promise<SignInLink>;
  /** Whether a link would sign in now; following it twice never does. */
  isLinkOpen(link: string): Promise<boolean>;
  /** Uses the link up and begins a session, in one transaction with the ledger record of the sign-in. */
  signIn(of: { link: string; correlationId: string }): Promise<Result<SignedIn, Refused>>;
  verify(secret: string): Promise<Result<SignedIn, Refused>>;
  /** Ends the session at once, everywhere. An unknown one is already signed out. */
  signOut(of: { secret: string; correlationId: string }): Promise<void>;
};

/** One-time sign-in links and browser sessions, stored as hashes (console.md). */
export function sessions(d: Deps): Sessions {
  async function findLink(text: string) {
    const secret = readSecret("lnk", text);
    const item = secret && (await d.store.get(linkKey(secret)));
    if (secret === undefined || item === undefined) return undefined;
    const link = linkSchema.parse(item.data);
    if (!sameSecret(link.hash, secret.hash) || link.expiresAt <= d.clock.now()) return undefined;
    return { ...link, id: secret.id, tenant: secret.tenant, version: item.version };
  }

  async function find(text: string) {
    const secret = readSecret("ses", text);
    const item = secret && (await d.store.get(sessionKey(secret)));
    if (secret === undefined || item === undefined) return undefined;
    const session = sessionSchema.parse(item.data);
    const now = d.clock.now();
    const isIdle = addSeconds(session.lastSeenAt, IDLE_SECONDS) <= now;
    if (!sameSecret(session.hash, secret.hash) || session.expiresAt <= now || isIdle) return undefined;
    return { ...session, id: secret.id, tenant: secret.tenant, item };
  }

  const changeRecord = (of: Change) =>
    appendRecord(d, {
      idempotencyKey: `${of.about} ${of.id} ${of.did}`,
      time: d.clock.now(),
      tenant: of.tenant,
      entity_type: of.about,
      this: of.id,
      did: of.did,
      who: of.who,
      roles: [of.role],
      correlation_id: of.correlationId,
    });

  return {
    async createLink({ tenant, role, subject, person = null, createdBy, correlationId }) {
      const { text, ...secret } = makeSecret(d.random, { prefix: "lnk", tenant });
      const expiresAt = addSeconds(d.clock.now(), LINK_SECONDS);
      const item = {
        ...linkKey(secret),
        v: 1,
        data: { hash: secret.hash, role, subject, person, expiresAt },
        expiresAt: epochSeconds(expiresAt),
      };
      const put = await d.store.transact([
        { kind: "put", item, when: { kind: "absent" } },
        changeRecord({ about: "link", id: secret.id, did: "created", tenant, role, who: createdBy, correlationId }),
      ]);
      if (!put.ok) throw new Error("a new link's id was taken", { cause: put.error });
      return { text, expiresAt };
    },

    isLinkOpen: async (link) => (await findLink(link)) !== undefined,

    async signIn({ link, correlationId }) {
      const found = await findLink(link);
      if (found === undefined) return refused("the sign-in link is unknown, expired or used");
      const { tenant, role, subject, person } = found;
      const { text, ...secret } = makeSecret(d.random, { prefix: "ses", tenant });
      const lastSeenAt = d.clock.now();
      const expiresAt = addSeconds(lastSeenAt, SESSION_SECONDS_MAX);
      const item = {
        ...sessionKey(secret),
        v: 1,
        data: { hash: secret.hash, role, subject, person, expiresAt, lastSeenAt },
        expiresAt: epochSeconds(expiresAt),
      };
      const begun = await d.store.transact([
        { kind: "delete", key: linkKey(found), when: { kind: "version", version: found.version } },
        { kind: "put", item, when: { kind: "absent" } },
        changeRecord({ about: "sign-in", id: secret.id, did: "signed-in", tenant, role, who: subject, correlationId }),
      ]);
      if (!begun.ok) return refused("the sign-in link was used");
      return ok({ secret: text, csrf: csrfOf(text), caller: { tenant, role, subject, person } });
    },

    async verify(text) {
      const found = await find(text);
      if (found === undefined) return refused("the session has ended; sign in again");
      const { tenant, role, subject, person, item } = found;
      const now = d.clock.now();
      if (addSeconds(found.lastSeenAt, TOUCH_SECONDS) <= now) {
        const { version, ...kept } = item;
        const touched = { ...kept, data: { ...kept.data, lastSeenAt: now } };
        // A conflict means that another request touched it, or a sign-out ended it: both stand.
        await d.store.transact([{ kind: "put", item: touched, when: { kind: "version", version } }]);
      }
      return ok({ secret: text, csrf: csrfOf(text), caller: { tenant, role, subject, person } });
    },

    async signOut({ secret, correlationId }) {
      const found = await find(secret);
      if (found === undefined) return;
      const { id, tenant, role, subject } = found;
      await d.store.transact([
        { kind: "delete", key: sessionKey(found), when: { kind: "any" } },
        changeRecord({ about: "sign-in", id, did: "signed-out", tenant, role, who: subject, correlationId }),
      ]);
    },
  };
}

type Change = Pick<Caller, "tenant" | "role"> & {
  readonly about: "link" | "sign-in";
  readonly id: string;
  readonly did: string;
  readonly who: string;
  readonly correlationId: string;
};
type Kept = Pick<SecretText, "id" | "tenant">;

const linkKey = (of: Kept): Key => ({ tenant: of.tenant, pk: `sign-in-link#${of.id}`, sk: "@" });
const sessionKey = (of: Kept): Key => ({ tenant: of.tenant, pk: `session#${of.id}`, sk: "@" });
const epochSeconds = (time: Timestamp): number => Math.floor(epochMsOf(time) / 1000);
/** Nobody who cannot read the HttpOnly cookie can know it, and it needs no store of its own. */
const csrfOf = (secret: string): string => createHash("sha256").update(`csrf ${secret}`).digest("base64url");
const refused = (message: string) => err(ephorError("auth.refused", message));
