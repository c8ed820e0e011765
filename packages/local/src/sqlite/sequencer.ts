import type { DatabaseSync } from "node:sqlite";
import { EphorException } from "@ephor/domain/error";
import { leafHash } from "@ephor/domain/ledger/hash";
import type { SealedRecord } from "@ephor/domain/ledger/record";
import { EMPTY_HEAD, type LedgerHead, parseLedgerHead, sequence } from "@ephor/domain/ledger/sequence";
import type { Tenant } from "@ephor/domain/tenant";
import { prepareAll } from "./statements.ts";
import { jsonOf } from "./stored-ledger.ts";

const SQL = {
  head: "SELECT size, root, frontier FROM ledger_heads WHERE tenant = ?",
  record: `INSERT INTO ledger_records (tenant, seq, id, leaf, leaf_hash) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tenant, id) DO NOTHING`,
  sealed: "INSERT INTO ledger_sealed (tenant, seq, sealed) VALUES (?, ?, ?)",
  hash: "INSERT INTO ledger_hashes (tenant, level, idx, hash) VALUES (?, ?, ?, ?)",
  grow: `INSERT INTO ledger_heads (tenant, size, root, frontier) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant) DO UPDATE SET size = excluded.size, root = excluded.root, frontier = excluded.frontier
    WHERE ledger_heads.size = ?`,
};

type TenantLog = { readonly tenant: Tenant; readonly head: LedgerHead; readonly leaves: Uint8Array[] };

/**
 * Orders the records of one batch: each takes the next place of its tenant's log when it is appended, and heads and
 * tile hashes follow once, before the commit. A transaction that is undone gives its places back.
 */
export class Sequencer {
  readonly #statements;
  readonly #logs = new Map<Tenant, TenantLog>();
  readonly #appended: TenantLog[] = [];

  constructor(db: DatabaseSync) {
    this.#statements = prepareAll(db, SQL);
  }

  /** False where the record was appended before. `sealed`: its values as JSON text. */
  append(record: SealedRecord, sealed: string): boolean {
    const { tenant, id, leaf } = record;
    const log = this.#logOf(tenant);
    const seq = log.head.size + log.leaves.length;
    const hash = leafHash(leaf);
    if (this.#statements.record.run(tenant, seq, id, leaf, hash).changes === 0) return false;
    this.#statements.sealed.run(tenant, seq, sealed);
    log.leaves.push(hash);
    this.#appended.push(log);
    return true;
  }

  mark(): number {
    return this.#appended.length;
  }

  undoTo(mark: number): void {
    while (this.#appended.length > mark) this.#appended.pop()?.leaves.pop();
  }

  writeHeads(): void {
    for (const { tenant, head, leaves } of this.#logs.values()) {
      if (leaves.length === 0) continue;
      const next = sequence(head, leaves);
      for (const { level, index, hash } of next.hashes) this.#statements.hash.run(tenant, level, index, hash);
      const { size, root, frontier } = next.head;
      const { changes } = this.#statements.grow.run(tenant, size, root, JSON.stringify(frontier), head.size);
      if (changes !== 1) throw new Error(`the head of ${tenant} is not at ${head.size} any more`);
    }
  }

  reset(): void {
    this.#logs.clear();
    this.#appended.length = 0;
  }

  /** The committed head. Throws `ledger.invalid` where what is stored cannot be one. */
  head(tenant: Tenant): LedgerHead {
    const row = this.#statements.head.get(tenant);
    if (row === undefined) return EMPTY_HEAD;
    const parsed = parseLedgerHead({ ...row, frontier: jsonOf(String(row["frontier"])) });
    if (!parsed.ok) throw new EphorException(parsed.error);
    return parsed.value;
  }

  #logOf(tenant: Tenant): TenantLog {
    const known = this.#logs.get(tenant);
    if (known !== undefined) return known;
    const log = { tenant, head: this.head(tenant), leaves: [] };
    this.#logs.set(tenant, log);
    return log;
  }
}
