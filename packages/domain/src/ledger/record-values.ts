import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { SEVERITIES } from "../severity.ts";
import { isTenant, type Tenant } from "../tenant.ts";

/**
 * A kind of value: its schema for types, messages and the published JSON Schema, and `holds`, the same question asked
 * cheaply. Both are made from one regular expression, list or bound. Every record is asked about every field when it is
 * written and when it is verified, which the schemas alone make the costliest step of both.
 */
export type Kind<S extends z.ZodType = z.ZodType> = { readonly schema: S; readonly holds: (value: unknown) => boolean };

const kind = <S extends z.ZodType>(schema: S, holds: (value: unknown) => boolean): Kind<S> => ({ schema, holds });
const pattern = (regex: RegExp) =>
  kind(z.string().regex(regex), (value) => typeof value === "string" && regex.test(value));
const guarded = <T>(guard: (value: unknown) => value is T, { says, meta }: { says: string; meta: JsonObject }) =>
  kind(z.custom<T>(guard, says).meta(meta), guard);

export const text = (charactersMax: number) =>
  kind(
    z.string().min(1).max(charactersMax),
    (value) => typeof value === "string" && value.length > 0 && value.length <= charactersMax,
  );

export const listOf = <S extends z.ZodType>(of: Kind<S>, { itemsMax }: { itemsMax: number }) =>
  kind(
    z.array(of.schema).max(itemsMax),
    (value) => Array.isArray(value) && value.length <= itemsMax && value.every(of.holds),
  );

export function oneOf<const T extends readonly string[]>(values: T) {
  const known: ReadonlySet<unknown> = new Set(values);
  return kind(z.enum(values), (value) => known.has(value));
}

/** A schema small or rare enough to be asked itself. */
export const shaped = <S extends z.ZodType>(schema: S) => kind(schema, (value) => schema.safeParse(value).success);

const isId = (value: unknown): value is `rec_${string}` => typeof value === "string" && ID.test(value);
const ID = /^rec_[0-9a-v]{26}$/;
const isTenantValue = (value: unknown): value is Tenant => typeof value === "string" && isTenant(value);
/** `canonicalJson` refuses what is not JSON, so the value is not walked twice. */
const isPresent = (value: unknown): value is Json => value !== undefined;

/** What a record can be about. Closed, so that a fold over the ledger knows every kind there is. */
// biome-ignore format: a list to read along, by subject
export const ENTITY_TYPES = [
  "finding", "exception", "plan", "approval", "remediation", "execution", "runbook", "drill", "event", "dead-letter",
  "metric", "artifact", "gate", "change", "spec", "review", "scan", "step", "decision", "test", "anomaly",
  "manifest", "function", "boot", "policy", "policy-violation", "config", "switch", "budget", "break-glass",
  "person", "account", "resource", "token", "sign-in", "secret", "notification", "link", "probe", "report",
  "ledger", "checkpoint", "store", "backup", "erasure", "node",
] as const;

export const entityType = oneOf(ENTITY_TYPES);
export const severity = oneOf(SEVERITIES);
export const id = guarded(isId, { says: "expected a record id", meta: { type: "string", pattern: ID.source } });
export const tenant = guarded(isTenantValue, { says: "expected a tenant's name", meta: { type: "string" } });
/** A word of a growing vocabulary: a status, a verb, a name in code. */
export const word = pattern(/^[A-Za-z][A-Za-z0-9._-]{0,127}$/);
export const words = listOf(word, { itemsMax: 32 });
export const ref = text(512);
export const refs = listOf(ref, { itemsMax: 100 });
/** RFC 3339 in UTC with milliseconds and `Z`. */
export const time = pattern(z.regexes.datetime({ precision: 3 }));
export const account = pattern(/^\d{12}$/);
export const region = pattern(/^[a-z0-9-]{1,50}$/);
/** SHA-256 as 64 lower-case hex digits or 43 base64url characters, with or without the prefix `sha256:`. */
export const hash = pattern(/^(sha256:)?([0-9a-f]{64}|[A-Za-z0-9_-]{43})$/);
export const count = kind(z.int().nonnegative(), (value) => Number.isSafeInteger(value) && Number(value) >= 0);
export const amount = kind(z.number().nonnegative(), (value) => Number.isFinite(value) && Number(value) >= 0);
export const number = kind(z.number(), Number.isFinite);
export const json = guarded(isPresent, { says: "expected a JSON value", meta: {} });
export const jsonObject = guarded(isJsonObject, { says: "expected a JSON object", meta: { type: "object" } });
const SALTED = /^[A-Za-z0-9_-]{43}$/;
/** Stands in a leaf for a private value: base64url(SHA-256(salt || RFC 8785 canonical JSON of the value)). */
export const commitment = kind(
  z.strictObject({ sha256: z.string().regex(SALTED) }),
  (value) =>
    isJsonObject(value) &&
    typeof value["sha256"] === "string" &&
    SALTED.test(value["sha256"]) &&
    Object.keys(value).length === 1,
);
