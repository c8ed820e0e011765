import type { RecordDraft, SealedRecord } from "@ephor/domain/ledger/record";
import { sealRecord } from "@ephor/domain/ledger/record";
import type { Random, Write } from "./ports.ts";

const SALT_BYTES = 16;

/** The write that states `draft` in the ledger. An invalid draft is a bug of the use case that built it. */
export function appendRecord(d: { random: Random }, draft: RecordDraft): Extract<Write, { kind: "append" }> {
  return { kind: "append", record: sealed(d, draft) };
}

function sealed(d: { random: Random }, draft: RecordDraft): SealedRecord {
  const result = sealRecord(draft, { salt: () => d.random.bytes(SALT_BYTES) });
  if (!result.ok) throw new Error(`${result.error.message} (${result.error.path ?? ""})`);
  return result.value;
}
