import { hash, timingSafeEqual } from "node:crypto";
import { base32 } from "@ephor/domain/ids";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import type { Random } from "./ports.ts";

/**
 * A secret that Ephor hands out once and keeps only the SHA-256 of: `<prefix>_<id>_<240 random bits>`.
 * The id ends in the tenant, so that the stored half lies under its tenant's keys like every other item; what the
 * text claims counts for nothing until the stored hash, found there, equals that of the whole text. A fast hash is
 * enough because the secret is random, not chosen by a person.
 */
export type SecretText = { readonly id: string; readonly tenant: Tenant; readonly hash: string };
export type SecretPrefix = "eph" | "ses" | "lnk";

const FORM = /^([a-z]{3})_(([0-9a-v]{16})-([a-z0-9-]{1,63}))_[0-9a-v]{48}$/;
export const SECRET_ID = /^[0-9a-v]{16}-[a-z0-9][a-z0-9-]{0,62}$/;

export function makeSecret(
  random: Random,
  { prefix, tenant }: { prefix: SecretPrefix; tenant: Tenant },
): SecretText & { readonly text: string } {
  const id = `${base32(random.bytes(10), 16)}-${tenant}`;
  const text = `${prefix}_${id}_${base32(random.bytes(30), 48)}`;
  return { id, tenant, hash: hashOf(text), text };
}

/** Undefined for anything that was not made by `makeSecret` with this prefix. */
export function readSecret(prefix: SecretPrefix, text: string): SecretText | undefined {
  if (text.length > 160) return undefined;
  const [, found, id, , tenant] = FORM.exec(text) ?? [];
  if (found !== prefix || id === undefined || tenant === undefined || !isTenant(tenant)) return undefined;
  return { id, tenant, hash: hashOf(text) };
}

/** Compares two texts, such as the hashes of `SecretText`, in a time that says nothing of where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const hashOf = (text: string): string => hash("sha256", text, "hex");
