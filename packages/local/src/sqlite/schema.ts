/**
 * Version 1 of the store. Released text is never edited: a change is a further migration (migrations.ts).
 *
 * `items` keeps a rowid: data is appended and only the small key entries land in random pages, which is twice as
 * fast to write as clustering by key. The indexes hold only rows that have their columns, and end in the table's own
 * key, so that a position between two rows of one index key is exact.
 * `ledger_sealed` stands apart from `ledger_records`, so that values can be erased while records cannot be touched.
 */
export const SCHEMA_1 = `
CREATE TABLE schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES (1, 0);

CREATE TABLE items (
  pk TEXT NOT NULL,
  sk TEXT NOT NULL,
  version INTEGER NOT NULL,
  v INTEGER NOT NULL,
  data TEXT NOT NULL,
  expires_at INTEGER,
  time_pk TEXT, time_sk TEXT,
  resource_pk TEXT, resource_sk TEXT,
  open_pk TEXT, open_sk TEXT,
  due_pk TEXT, due_sk TEXT,
  PRIMARY KEY (pk, sk)
) STRICT;
CREATE INDEX items_by_time ON items (time_pk, time_sk, pk, sk) WHERE time_pk IS NOT NULL;
CREATE INDEX items_by_resource ON items (resource_pk, resource_sk, pk, sk) WHERE resource_pk IS NOT NULL;
CREATE INDEX items_by_open ON items (open_pk, open_sk, pk, sk) WHERE open_pk IS NOT NULL;
CREATE INDEX items_due ON items (due_pk, due_sk, pk, sk) WHERE due_pk IS NOT NULL;
CREATE INDEX items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE blobs (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  bytes BLOB NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX blobs_by_expiry ON blobs (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE ledger_records (
  tenant TEXT NOT NULL,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  leaf TEXT NOT NULL,
  leaf_hash BLOB NOT NULL,
  PRIMARY KEY (tenant, seq)
) STRICT;
CREATE UNIQUE INDEX ledger_records_by_id ON ledger_records (tenant, id);
CREATE TABLE ledger_sealed (
  tenant TEXT NOT NULL,
  seq INTEGER NOT NULL,
  sealed TEXT,
  PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_hashes (
  tenant TEXT NOT NULL,
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (tenant, level, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_heads (
  tenant TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  root TEXT NOT NULL,
  frontier TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_checkpoints (
  tenant TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  signed_at TEXT NOT NULL,
  PRIMARY KEY (tenant, size)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_records_keep BEFORE UPDATE ON ledger_records
  BEGIN SELECT RAISE(ABORT, 'ledger records are append-only'); END;
CREATE TRIGGER ledger_records_stay BEFORE DELETE ON ledger_records
  BEGIN SELECT RAISE(ABORT, 'ledger records are append-only'); END;
CREATE TRIGGER ledger_hashes_keep BEFORE UPDATE ON ledger_hashes
  BEGIN SELECT RAISE(ABORT, 'ledger hashes are append-only'); END;
CREATE TRIGGER ledger_hashes_stay BEFORE DELETE ON ledger_hashes
  BEGIN SELECT RAISE(ABORT, 'ledger hashes are append-only'); END;
CREATE TRIGGER ledger_checkpoints_keep BEFORE UPDATE ON ledger_checkpoints
  BEGIN SELECT RAISE(ABORT, 'ledger checkpoints are append-only'); END;
CREATE TRIGGER ledger_checkpoints_stay BEFORE DELETE ON ledger_checkpoints
  BEGIN SELECT RAISE(ABORT, 'ledger checkpoints are append-only'); END;
CREATE TRIGGER ledger_heads_grow BEFORE UPDATE ON ledger_heads WHEN new.size <= old.size
  BEGIN SELECT RAISE(ABORT, 'a ledger head only grows'); END;
CREATE TRIGGER ledger_heads_stay BEFORE DELETE ON ledger_heads
  BEGIN SELECT RAISE(ABORT, 'a ledger head only grows'); END;
`;
