import { createHmac } from "node:crypto";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { type ApprovalId, parseApprovalId } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { addSeconds, epochMsOf, parseTimestamp, type Timestamp, timestamp } from "@ephor/domain/time";
import { sameSecret } from "./secret-text.ts";

/** What a link is scoped to: one person, one approval, until that expires. */
export type LinkScope = {
  readonly tenant: Tenant;
  readonly approvalId: ApprovalId;
  /** `people[].id`. */
  readonly person: string;
  readonly expiresAt: Timestamp;
};
/** `token` goes into the link and nowhere else; `code` into the message, beside the link. */
export type ApprovalLink = { readonly token: string; readonly code: string };
export type LinkInvalid = EphorError<"link.invalid">;

export type ApprovalLinks = {
  /** The same for the same scope, however often it is sent. */
  linkFor(scope: LinkScope): ApprovalLink;
  /** The scope of a token of this node's, also of an expired one. Forged and altered ones are `link.invalid`, all alike. */
  open(token: string): Result<LinkScope, LinkInvalid>;
  /** Proves that a form comes from a page that was shown for this link, within the last 12 hours. */
  nonceFor(of: { readonly token: string; readonly now: Timestamp }): string;
  checkNonce(of: { readonly token: string; readonly nonce: string; readonly now: Timestamp }): boolean;
  /** Whether what somebody typed is the link's code: in any case, with spaces and dashes; in constant time. */
  isCode(scope: LinkScope, typed: string): boolean;
};

/** A longer one was never made here, so it is not even decoded. */
export const LINK_CHARACTERS_MAX = 400;
const FORM = /^([A-Za-z0-9_-]{20,350})\.([A-Za-z0-9_-]{43})$/;
const NONCE = /^(\d{1,15})\.([A-Za-z0-9_-]{43})$/;
const NONCE_SECONDS = 12 * 3600;
/** No vowels, so that no words come out, and nothing that looks like something else: 25^4 is 390,625 codes. */
const CODE_ALPHABET = "23456789CDFGHJKMNPQRTVWXY";
const CODE_CHARACTERS = 4;
const KEY_BYTES_MIN = 32;

const macOf = (key: Uint8Array, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Links for people outside, signed with keys that are derived, one a purpose, from the one link key (32 bytes). */
export function approvalLinks({ key }: { readonly key: Uint8Array }): ApprovalLinks {
  if (key.length < KEY_BYTES_MIN) throw new Error(`a link key has ${KEY_BYTES_MIN} bytes, got ${key.length}`);
  const keyFor = (purpose: string) => macOf(key, `ephor approval link ${purpose} v1`);
  const [tokenKey, codeKey, nonceKey] = [keyFor("token"), keyFor("code"), keyFor("nonce")];
  const nonceMac = (token: string, issuedMs: number) => macOf(nonceKey, `${issuedMs} ${token}`).toString("base64url");

  return {
    linkFor(scope) {
      const payload = payloadOf(scope);
      return { token: `${payload}.${macOf(tokenKey, payload).toString("base64url")}`, code: codeOf(codeKey, payload) };
    },
    open(token) {
      const [, payload, mac] = token.length > LINK_CHARACTERS_MAX ? [] : (FORM.exec(token) ?? []);
      if (payload === undefined || mac === undefined) return invalid();
      if (!sameSecret(mac, macOf(tokenKey, payload).toString("base64url"))) return invalid();
      return scopeOf(payload);
    },
    nonceFor({ token, now }) {
      const issuedMs = epochMsOf(now);
      return `${issuedMs}.${nonceMac(token, issuedMs)}`;
    },
    checkNonce({ token, nonce, now }) {
      const [, issued, mac] = NONCE.exec(nonce) ?? [];
      if (issued === undefined || mac === undefined) return false;
      const issuedMs = Number(issued);
      if (!sameSecret(mac, nonceMac(token, issuedMs))) return false;
      return addSeconds(timestamp(issuedMs), NONCE_SECONDS) > now;
    },
    isCode(scope, typed) {
      const given = typed.slice(0, 40).toUpperCase().replaceAll(/[\s-]/g, "");
      return sameSecret(given, codeOf(codeKey, payloadOf(scope)));
    },
  };
}

const payloadOf = ({ tenant, approvalId, person, expiresAt }: LinkScope): string =>
  Buffer.from(JSON.stringify([tenant, approvalId, person, expiresAt])).toString("base64url");

/** Only what this node signed comes here; a shape that it does not know is one of another version. */
function scopeOf(payload: string): Result<LinkScope, LinkInvalid> {
  const parts: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
  const [tenant, id, person, time] = Array.isArray(parts) ? parts.map(String) : [];
  if (tenant === undefined || id === undefined || person === undefined || time === undefined) return invalid();
  const approvalId = parseApprovalId(id);
  const expiresAt = parseTimestamp(time);
  if (!isTenant(tenant) || approvalId === undefined || expiresAt === undefined) return invalid();
  return ok({ tenant, approvalId, person, expiresAt });
}

function codeOf(codeKey: Uint8Array, payload: string): string {
  const mac = macOf(codeKey, payload);
  // 48 bits over 25^4: what the remainder favours cannot be seen.
  let rest = mac.readUIntBE(0, 6);
  let code = "";
  for (let place = 0; place < CODE_CHARACTERS; place++) {
    code += CODE_ALPHABET[rest % CODE_ALPHABET.length];
    rest = Math.floor(rest / CODE_ALPHABET.length);
  }
  return code;
}

const invalid = () => err(ephorError("link.invalid", "the link is not one of this node's, or not whole"));
