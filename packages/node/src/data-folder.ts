import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { generateLedgerKey, type LedgerKey, ledgerKeyFromPem, ledgerKeyToPem } from "@ephor/domain/ledger/ledger-key";
import { err, ok, type Result } from "@ephor/domain/result";

/** What a node keeps on disk. Secrets have mode 0600 and nobody else may enter the folder. */
export type DataFolder = {
  readonly path: string;
  readonly database: string;
  readonly adminToken: string;
  readonly ledgerKeyPem: string;
  /** C2SP verifier keys, public: what `ledger verify` trusts. */
  readonly verifierKeys: string;
  readonly cursorKey: Uint8Array;
  /** Signs the links to approvals. */
  readonly linkKey: Uint8Array;
  /** Snapshots are sealed with it. */
  readonly sealingKey: Uint8Array;
};

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const KEY_BYTES = 32;

export const databaseIn = (path: string): string => join(path, "ephor.db");
export const adminTokenIn = (path: string): string => join(path, "admin-token");
export const verifierKeysIn = (path: string): string => join(path, "ledger-keys.pub");
export const ledgerKeyIn = (path: string): string => join(path, "ledger-key.pem");
export const cursorKeyIn = (path: string): string => join(path, "cursor-key");
export const sealingKeyIn = (path: string): string => join(path, "sealing-key");
export const linkKeyIn = (path: string): string => join(path, "link-key");

/** Opens the folder, making it and its keys where they are missing. Errors: `node.data-unwritable`, `ledger.invalid`. */
export function openDataFolder(path: string): Result<DataFolder, EphorError<"node.data-unwritable">> {
  try {
    mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
    accessSync(path, constants.W_OK | constants.X_OK);
    const ledgerKeyPem = readOrMake(ledgerKeyIn(path), () =>
      ledgerKeyToPem(generateLedgerKey({ name: "new", seed: randomBytes(KEY_BYTES) })),
    );
    const cursorKey = keyIn(cursorKeyIn(path));
    const linkKey = keyIn(linkKeyIn(path));
    const sealingKey = keyIn(sealingKeyIn(path));
    return ok({
      path,
      database: databaseIn(path),
      adminToken: adminTokenIn(path),
      verifierKeys: verifierKeysIn(path),
      ledgerKeyPem,
      cursorKey,
      linkKey,
      sealingKey,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(
      ephorError(
        "node.data-unwritable",
        `the data folder cannot be used: ${reason}; name another by --data or EPHOR_DATA`,
        { path, cause },
      ),
    );
  }
}

/** 32 bytes as base64url text, made where they are missing. A file that holds less is not taken for a key. */
function keyIn(file: string): Uint8Array {
  const text = readOrMake(file, () => `${randomBytes(KEY_BYTES).toString("base64url")}\n`);
  const key = Buffer.from(text.trim(), "base64url");
  if (key.length < KEY_BYTES) throw new Error(`${file} holds no key of ${KEY_BYTES} bytes`);
  return key;
}

function readOrMake(file: string, make: () => string): string {
  if (!existsSync(file)) writePrivate(file, make());
  return readFileSync(file, "utf8");
}

/** Writes a secret whole or not at all, readable by its owner alone. */
export function writePrivate(file: string, text: string): void {
  const part = `${file}.part`;
  writeFileSync(part, text, { mode: PRIVATE_FILE, flush: true });
  chmodSync(part, PRIVATE_FILE);
  renameSync(part, file);
}

/** The log key under a log's name; the key file holds no name, since every tenant's log has its own. */
export function ledgerKey({ name, pem }: { name: string; pem: string }): LedgerKey {
  const key = ledgerKeyFromPem({ name, pem });
  if (!key.ok) throw new Error(`the ledger key file: ${key.error.message}`);
  return key.value;
}
