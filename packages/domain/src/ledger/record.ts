import { canonicalJson } from "../canonical-json.ts";
import { EphorException } from "../error.ts";
import { digestOf } from "../ids.ts";
import type { Json } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import type { Tenant } from "../tenant.ts";
import { saltedHash } from "./hash.ts";
import { type RecordError, recordError, recordFault, tooLarge } from "./record-faults.ts";
import { isPrivateField, type PrivateField } from "./record-fields.ts";
import type { LedgerRecord, RecordId } from "./record-schema.ts";

export type { RecordError } from "./record-faults.ts";
export { PRIVATE_FIELDS, type PrivateField } from "./record-fields.ts";
export {
  type Commitment,
  type LeafRecord,
  type LedgerRecord,
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

/** A value behind a commitment, and its salt (base64url). */
export type SealedValue = { readonly salt: string; readonly value: Json };
/** The values behind a leaf's commitments. A field that is missing has been erased. */
export type SealedValues = { readonly [F in PrivateField]?: SealedValue };

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
  const record: LedgerRecord = { ...stated, v: 1, id: recordId(draft.tenant, idempotencyKey) };
  const fault = recordFault(record, "open");
  if (fault !== undefined) return err(fault);
  try {
    return seal(record, salt);
  } catch (cause) {
    if (cause instanceof EphorException) return err(recordError(cause.error.message, cause.error.path));
    throw cause;
  }
}

function seal(record: LedgerRecord, saltOf: (field: PrivateField) => Uint8Array): Result<SealedRecord, RecordError> {
  const values: Readonly<Record<string, Json | undefined>> = record;
  const sealed: { -readonly [F in keyof SealedValues]: SealedValues[F] } = {};
  let leaf = "";
  let sealedBytes = 0;
  // The default order of `sort` is that of canonical JSON.
  for (const field of Object.keys(values).sort()) {
    const value = values[field];
    if (value === undefined) continue;
    const text = canonicalMember(field, value);
    leaf += leaf === "" ? "{" : ",";
    if (!isPrivateField(field)) {
      leaf += `"${field}":${text}`;
      continue;
    }
    const salt = saltOf(field);
    if (salt.length < SALT_BYTES_MIN) throw new Error(`a salt has ${SALT_BYTES_MIN} bytes or more, got ${salt.length}`);
    leaf += `"${field}":{"sha256":"${saltedHash(salt, text)}"}`;
    sealed[field] = { salt: Buffer.from(salt).toString("base64url"), value };
    sealedBytes += Buffer.byteLength(text);
  }
  leaf += "}";
  const leafBytes = Buffer.byteLength(leaf);
  if (leafBytes > LEAF_BYTES_MAX) return err(tooLarge("the leaf", { bytes: leafBytes, bytesMax: LEAF_BYTES_MAX }));
  if (sealedBytes > SEALED_BYTES_MAX) {
    return err(tooLarge("private values", { bytes: sealedBytes, bytesMax: SEALED_BYTES_MAX }));
  }
  return ok({ id: record.id, tenant: record.tenant, leaf, sealed });
}

/** The canonical text of one field's value; a refusal names the field. */
function canonicalMember(field: string, value: Json): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    if (!(cause instanceof EphorException)) throw cause;
    throw new EphorException(recordError(cause.error.message, `/${field}${cause.error.path ?? ""}`));
  }
}
