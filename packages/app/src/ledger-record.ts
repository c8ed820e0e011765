import { parseLeaf } from "@ephor/domain/ledger/open-record";
import type { LeafRecord, PrivateField, RecordDraft, SealedRecord } from "@ephor/domain/ledger/record";
import { sealRecord } from "@ephor/domain/ledger/record";
import type { Random, Write } from "./ports.ts";

const SALT_BYTES = 16;

type Append = Extract<Write, { kind: "append" }>;
type SaltOf = (field: PrivateField) => Uint8Array;

/** The write that states `draft` in the ledger. An invalid draft is a bug of the use case that built it. */
export function appendRecord(d: { random: Random }, draft: RecordDraft): Append {
  return { kind: "append", record: sealed(draft, () => d.random.bytes(SALT_BYTES)) };
}

/**
 * The same of a record that is signed: `sign` is given the leaf as it will stand, all but `key_id` and `signature`, so that
 * private values are signed as their commitments.
 */
export async function appendSigned(
  d: { random: Random },
  draft: Omit<RecordDraft, "key_id" | "signature">,
  sign: (leaf: LeafRecord) => Promise<{ keyId: string; signature: string }>,
): Promise<Append> {
  const salts = new Map<PrivateField, Uint8Array>();
  const saltOf: SaltOf = (field) => {
    const salt = salts.get(field) ?? d.random.bytes(SALT_BYTES);
    salts.set(field, salt);
    return salt;
  };
  const leaf = parseLeaf(sealed(draft, saltOf).leaf);
  if (!leaf.ok) throw new Error(leaf.error.message);
  const { keyId, signature } = await sign(leaf.value);
  return { kind: "append", record: sealed({ ...draft, key_id: keyId, signature }, saltOf) };
}

function sealed(draft: RecordDraft, salt: SaltOf): SealedRecord {
  const result = sealRecord(draft, { salt });
  if (!result.ok) throw new Error(`${result.error.message} (${result.error.path ?? ""})`);
  return result.value;
}
