import { createHmac, timingSafeEqual } from "node:crypto";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { digestOf } from "@ephor/domain/ids";
import { isJsonObject, type Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { IndexKey, Position } from "./ports.ts";

/** Whose list it is and which: a cursor opens only for the tenant and the filter that it was sealed for. */
export type CursorScope = {
  readonly tenant: Tenant;
  /** Every setting of the list that decides its items and their order, without page size; undefined counts as absent. */
  readonly filter: { readonly [name: string]: string | undefined };
};

/** A longer one was never sealed here, so it is not even decoded. */
const CURSOR_CHARACTERS_MAX = 4096;
const FORM = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/**
 * `position` as an opaque text for the caller of a paged list: base64url JSON and its HMAC-SHA256 under `key`
 * (32 bytes), which also covers tenant and filter. Not encrypted: a position holds keys, never values.
 */
export function sealCursor(key: Uint8Array, { position, ...scope }: CursorScope & { position: Json }): string {
  const payload = Buffer.from(JSON.stringify(position)).toString("base64url");
  const cursor = `${payload}.${seal(key, { payload, scope }).toString("base64url")}`;
  if (cursor.length > CURSOR_CHARACTERS_MAX) throw new Error(`a cursor of ${cursor.length} characters`);
  return cursor;
}

/** The position in a cursor that this key sealed for the same tenant and filter; anything else is `cursor.invalid`. */
export function openCursor(
  key: Uint8Array,
  { cursor, ...scope }: CursorScope & { cursor: string },
): Result<Json, EphorError<"cursor.invalid">> {
  if (cursor.length > CURSOR_CHARACTERS_MAX) return invalid();
  const [, payload, mac] = FORM.exec(cursor) ?? [];
  if (payload === undefined || mac === undefined) return invalid();
  if (!timingSafeEqual(Buffer.from(mac, "base64url"), seal(key, { payload, scope }))) return invalid();
  const position: Json = JSON.parse(Buffer.from(payload, "base64url").toString());
  return ok(position);
}

/** The store's own position out of an opened cursor. */
export function positionOf(value: Json): Result<Position, EphorError<"cursor.invalid">> {
  return isPosition(value) ? ok(value) : invalid();
}

function seal(key: Uint8Array, of: { payload: string; scope: CursorScope }): Buffer {
  const { tenant, filter } = of.scope;
  const set = Object.keys(filter).sort();
  const parts = set.flatMap((name) => (filter[name] === undefined ? [] : [name, filter[name]]));
  return createHmac("sha256", key)
    .update(digestOf(["cursor", tenant, ...parts]))
    .update(`.${of.payload}`)
    .digest();
}

const isIndexKey = (value: unknown): value is IndexKey =>
  isJsonObject(value) && typeof value["pk"] === "string" && typeof value["sk"] === "string";
const isPosition = (value: unknown): value is Position =>
  isIndexKey(value) && (!("at" in value) || isIndexKey(value.at));

const invalid = () =>
  err(ephorError("cursor.invalid", "expected a cursor that this list gave, with the same filters", { path: "cursor" }));
