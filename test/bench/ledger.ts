import { checkPages, type StoredEntry } from "@ephor/domain/ledger/check-page";
import { signCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { fromBase64, leafHash } from "@ephor/domain/ledger/hash";
import { generateLedgerKey } from "@ephor/domain/ledger/ledger-key";
import { type RecordDraft, type SealedRecord, sealRecord } from "@ephor/domain/ledger/record";
import { EMPTY_HEAD, type LedgerHead, sequence } from "@ephor/domain/ledger/sequence";
import { verifyLedger } from "@ephor/domain/ledger/verify";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import type { BenchRow } from "./row.ts";

const RECORDS = 50_000;
const BATCH = 500;
const CHECKPOINT_EVERY = 5_000;
const ORIGIN = "ephor.example/default";

/** A record as most are: a finding seen, about 800 bytes in the leaf, four private values beside it. */
const draftOf = (n: number): RecordDraft => ({
  idempotencyKey: `finding-recorded:${n}`,
  time: "2026-01-02T03:04:05.678Z",
  at: "2026-01-02T03:04:00.000Z",
  tenant: DEFAULT_TENANT,
  entity_type: "finding",
  this: "fnd_0123456789abcdefghijklmnop",
  did: "recorded",
  who: "arn:aws:iam::123456789012:user/alice",
  who_type: "principal",
  description: `Security group sg-${n} now allows 0.0.0.0/0 to port 22, by alice`,
  event_id: `8a5d6e2e-0f3c-4b8e-9a8e-${String(n).padStart(12, "0")}`,
  correlation_id: `8a5d6e2e-0f3c-4b8e-9a8e-${String(n).padStart(12, "0")}`,
  visibility: "tenant",
  status: "open",
  detection: "ec2.security-group-opened-to-world",
  detection_version: "1",
  account: "123456789012",
  region: "eu-west-1",
  severity: "high",
  controls: ["cis:5.2", "fsbp:EC2.18"],
  resource: { type: "AWS::EC2::SecurityGroup", id: `sg-${n}` },
  input: { rules: [{ cidr: "0.0.0.0/0", from: 22, to: 22, protocol: "tcp" }] },
});

/** Salts differ from field to field here as they do in life, but nothing secret depends on them. */
function counterSalt(): () => Uint8Array {
  const salt = new Uint8Array(16);
  const view = new DataView(salt.buffer);
  let n = 0;
  return () => {
    view.setUint32(0, n++);
    return salt;
  };
}

function sealAll(): readonly SealedRecord[] {
  const salt = counterSalt();
  return Array.from({ length: RECORDS }, (_, n) => {
    const sealed = sealRecord(draftOf(n), { salt });
    if (!sealed.ok) throw new Error(sealed.error.message);
    return sealed.value;
  });
}

function sequenceAll(records: readonly SealedRecord[]): { heads: readonly LedgerHead[] } {
  const heads: LedgerHead[] = [];
  let head = EMPTY_HEAD;
  for (let from = 0; from < records.length; from += BATCH) {
    head = sequence(
      head,
      records.slice(from, from + BATCH).map(({ leaf }) => leafHash(leaf)),
    ).head;
    heads.push(head);
  }
  return { heads };
}

/** Records a second of `run`, the best of three: what the code costs, not what else the machine did. */
async function rate(run: () => unknown): Promise<number> {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    await run();
    best = Math.max(best, RECORDS / ((performance.now() - start) / 1_000));
  }
  return Math.round(best);
}

const targets = ({ value, mustBe, reach }: { value: number; mustBe: number; reach?: string }) => ({
  must: `>= ${mustBe}`,
  ok: value >= mustBe,
  ...(reach === undefined ? {} : { reach }),
});

export async function benchLedger(): Promise<readonly BenchRow[]> {
  const key = generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(7) });
  const records = sealAll();
  const { heads } = sequenceAll(records);
  const notes = heads
    .filter(({ size }) => size % CHECKPOINT_EVERY === 0)
    .map(({ size, root }) =>
      signCheckpoint({ origin: ORIGIN, size, root: fromBase64(root) ?? new Uint8Array() }, [key]),
    );
  const entries: readonly StoredEntry[] = records.map(({ id, leaf, sealed }, seq) => ({ seq, id, leaf, sealed }));
  const pages = Array.from({ length: RECORDS / BATCH }, (_, n) => entries.slice(n * BATCH, (n + 1) * BATCH));

  async function verify(): Promise<void> {
    const report = await verifyLedger({
      origin: ORIGIN,
      keys: [key],
      pages: checkPages(pages, { tenant: DEFAULT_TENANT, keys: [key] }),
      checkpoints: notes,
      head: heads.at(-1),
    });
    if (!report.ok || report.checkpoint?.size !== RECORDS) throw new Error(`not verified: ${report.firstBad?.message}`);
  }

  const sequenced = await rate(() => sequenceAll(records));
  const verified = await rate(verify);
  return [
    { name: "ledger: check and seal a record", value: await rate(sealAll), unit: "records/s" },
    {
      name: "ledger: hash and sequence",
      value: sequenced,
      unit: "records/s",
      ...targets({ value: sequenced, mustBe: 300_000 }),
    },
    {
      name: "ledger: verify, every check on every record",
      value: verified,
      unit: "records/s",
      ...targets({ value: verified, mustBe: 50_000, reach: ">= 150000" }),
    },
  ];
}
