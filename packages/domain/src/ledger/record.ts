import { canonicalJson } from "../canonical-json.ts";
import { EphorException } from "../error.ts";
import { digestOf } from "../ids.ts";
import type { Json } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import type { Tenant } from "../tenant.ts";
import { saltedHash } from "./hash.ts";
import { isPrivateField, type PrivateField } from "./record-fields.ts";
import {
  type LedgerRecord,
  type RecordError,
  type RecordId,
  recordError,
  recordSchema,
  schemaError,
} from "./record-schema.ts";

export { ENTITY_TYPES, PRIVATE_FIELDS, type PrivateField } from "./record-fields.ts";
export {
  type Commitment,
  type LeafRecord,
  type LedgerRecord,
  type RecordError,
  type RecordId,
  recordJsonSchema,
} from "./record-schema.ts";

/** An entry bundle writes a leaf's length in 16 bits (C2SP tlog-tiles). */
export const LEAF_BYTES_MAX = 65_535;
/** Leaf and sealed values together stay within one store item (400 KB). */
export const SEALED_BYTES_MAX = 262_144;
export const SALT_BYTES_MIN = 16;

/** What a use case states. The same `idempotencyKey` in the same tenant is the same record, written once. */
export type RecordDraft = Omit<LedgerRecord, "v" | "id"> & { readonly idempotencyKey: string };

/** The values behind a leaf's commitments, each with its salt (base64url). A field that is missing has been erased. */
export type SealedValues = { readonly [F in PrivateField]?: { readonly salt: string; readonly value: Json } };

/** A record ready to be stored: `leaf` is the canonical JSON that the tree holds, `sealed` stands beside it. */
export type SealedRecord = {
  readonly id: RecordId;
  readonly tenant: Tenant;
  readonly leaf: string;
  readonly sealed: SealedValues;
};

/** `rec_` and 26 base32hex characters of a hash of tenant and key. */
export const recordId = (tenant: Tenant, idempotencyKey: string): RecordId =>
  `rec_${digestOf([tenant, idempotencyKey])}`;

/**
 * Checks a draft and puts a salted hash in place of every private value. `salt` gives at least 16 fresh random bytes
 * for a field; two equal values then have unlike hashes, so a leaf tells nothing about an erased one.
 * Errors: `ledger.record-invalid` with the path of the field that is wrong, or when leaf or values are too large.
 */
export function sealRecord(
  draft: RecordDraft,
  { salt }: { salt: (field: PrivateField) => Uint8Array },
): Result<SealedRecord, RecordError> {
  const { idempotencyKey, ...stated } = draft;
  const parsed = recordSchema.safeParse({ ...stated, v: 1, id: recordId(draft.tenant, idempotencyKey) });
  if (!parsed.success) return err(schemaError(parsed.error));
  try {
    return withinBounds(seal(parsed.data, salt));
  } catch (cause) {
    if (cause instanceof EphorException) return err(recordError(cause.error.message, cause.error.path));
    throw cause;
  }
}

function seal(record: LedgerRecord, saltOf: (field: PrivateField) => Uint8Array): SealedRecord {
  const leaf: Record<string, Json> = {};
  const sealed: Record<string, { salt: string; value: Json }> = {};
  for (const [field, value] of Object.entries(record)) {
    if (value === undefined) continue;
    if (!isPrivateField(field)) {
      leaf[field] = value;
      continue;
    }
    const salt = saltOf(field);
    if (salt.length < SALT_BYTES_MIN) throw new Error(`a salt has ${SALT_BYTES_MIN} bytes or more, got ${salt.length}`);
    leaf[field] = { sha256: saltedHash(salt, canonicalJson(value)) };
    sealed[field] = { salt: Buffer.from(salt).toString("base64url"), value };
  }
  return { id: record.id, tenant: record.tenant, leaf: canonicalJson(leaf), sealed };
}

function withinBounds(record: SealedRecord): Result<SealedRecord, RecordError> {
  const leafBytes = Buffer.byteLength(record.leaf);
  if (leafBytes > LEAF_BYTES_MAX) {
    return err(recordError(`a record has at most ${LEAF_BYTES_MAX} bytes in the leaf, got ${leafBytes}`));
  }
  const sealedBytes = Buffer.byteLength(JSON.stringify(record.sealed));
  if (sealedBytes > SEALED_BYTES_MAX) {
    return err(recordError(`private values have at most ${SEALED_BYTES_MAX} bytes in all, got ${sealedBytes}`));
  }
  return ok(record);
}
