import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";

const DEPTH_MAX = 64;

/** What an answer holds and plain data cannot: a stream, something nested too deeply. */
export class NotPlain extends Error {
  override readonly name = "NotPlain";
}

/** An answer of the SDK as plain data: no `$metadata`, nothing undefined, times RFC 3339, bytes base64. Throws `NotPlain`. */
export function plainAnswer(answer: object): JsonObject {
  const { $metadata: _, ...rest } = answer as { $metadata?: unknown };
  const value = plain(rest, 0);
  return isJsonObject(value) ? value : {};
}

function plain(value: unknown, depth: number): Json {
  if (depth > DEPTH_MAX) throw new NotPlain(`the answer is nested deeper than ${DEPTH_MAX}`);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : plain(item, depth + 1)));
  if (!isRecord(value)) throw new NotPlain("the answer holds what is no data, such as a stream");
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, plain(item, depth + 1)]])),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
