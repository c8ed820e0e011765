import { canonicalJson, isCanonicalJson } from "../canonical-json.ts";
import { EphorException } from "../error.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import { saltedHash } from "./hash.ts";
import { LEAF_BYTES_MAX } from "./record.ts";
import { type RecordError, recordError, recordFault, tooLarge } from "./record-faults.ts";
import { isPrivateField, PRIVATE_FIELDS, type PrivateField } from "./record-fields.ts";
import type { LeafRecord, LedgerRecord } from "./record-schema.ts";

/**
 * Reads a leaf: canonical JSON of a record with its private values as commitments, and nothing else.
 * Error: `ledger.record-invalid`, with the path of what is wrong.
 */
export function parseLeaf(leaf: string): Result<LeafRecord, RecordError> {
  const bytes = leaf.length * 3 > LEAF_BYTES_MAX ? Buffer.byteLength(leaf) : 0;
  if (bytes > LEAF_BYTES_MAX) return err(tooLarge("the leaf", { bytes, bytesMax: LEAF_BYTES_MAX }));
  const value = jsonOf(leaf);
  if (!isJsonObject(value) || !isCanonicalJson(leaf, value)) {
    return err(recordError("expected one JSON object in canonical form (RFC 8785)"));
  }
  const fault = recordFault(value, "leaf");
  return fault === undefined ? ok(value as LeafRecord) : err(fault);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function canonicalOf(value: Json): string | undefined {
  try {
    return canonicalJson(value);
  } catch (cause) {
    if (cause instanceof EphorException) return undefined;
    throw cause;
  }
}

/** What is wrong with the values beside a leaf: one that its commitment does not bear out, or has none. */
export function sealedFault(leaf: LeafRecord, sealed: JsonObject): RecordError | undefined {
  for (const field of Object.keys(sealed)) {
    const entry = sealed[field];
    const commitment = isPrivateField(field) ? leaf[field] : undefined;
    if (commitment === undefined)
      return recordError("a value without a commitment in the leaf", `/${field.slice(0, 64)}`);
    if (!isSealedValue(entry) || hashOf(entry) !== commitment.sha256) {
      return recordError("the value is not the one that the leaf commits to", `/${field}`);
    }
  }
  return undefined;
}

function hashOf({ salt, value }: { salt: string; value: Json }): string | undefined {
  const text = canonicalOf(value);
  return text === undefined ? undefined : saltedHash(Buffer.from(salt, "base64url"), text);
}

const isSealedValue = (entry: Json | undefined): entry is { salt: string; value: Json } =>
  isJsonObject(entry) &&
  typeof entry["salt"] === "string" &&
  entry["value"] !== undefined &&
  Object.keys(entry).length === 2;

/** A record with the values that still stand beside its leaf; `erased` names the private fields whose values are gone. */
export type OpenedRecord = {
  readonly record: Omit<LedgerRecord, PrivateField> & Partial<Pick<LedgerRecord, PrivateField>>;
  readonly erased: readonly PrivateField[];
};

/**
 * Puts the values back into the record of a leaf, each checked against its commitment; `sealed` is null once all are
 * erased. Error: `ledger.record-invalid` for a leaf or value that is not what was sealed.
 */
export function openRecord({
  leaf,
  sealed,
}: {
  leaf: string;
  sealed: JsonObject | null;
}): Result<OpenedRecord, RecordError> {
  const parsed = parseLeaf(leaf);
  if (!parsed.ok) return parsed;
  const fault = sealedFault(parsed.value, sealed ?? {});
  if (fault !== undefined) return err(fault);
  const record: Record<string, unknown> = { ...parsed.value };
  const erased: PrivateField[] = [];
  for (const field of PRIVATE_FIELDS) {
    if (record[field] === undefined) continue;
    const entry = sealed?.[field];
    if (isSealedValue(entry)) record[field] = entry.value;
    else {
      delete record[field];
      erased.push(field);
    }
  }
  return ok({ record: record as OpenedRecord["record"], erased });
}
