import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { type EphorError, ephorError } from "../error.ts";
import { err, ok, type Result } from "../result.ts";
import { fromBase64, sha256, toBase64 } from "./hash.ts";

/**
 * Keys of a log: Ed25519 (RFC 8032), named by the log's origin, told apart by a key id of four bytes (C2SP signed-note).
 * `id` is its eight hex digits.
 */
export type VerifierKey = { readonly name: string; readonly id: string; readonly publicKey: KeyObject };
export type LedgerKey = VerifierKey & { readonly privateKey: KeyObject };

export type KeyError = EphorError<"ledger.invalid">;
const keyError = (message: string): KeyError => ephorError("ledger.invalid", message);

const ED25519_TYPE = 0x01;
const KEY_BYTES = 32;
/** What stands before the 32 bytes of a key in DER (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Names are not empty and hold neither Unicode spaces nor plus; control characters cannot stand in a note at all. */
const KEY_NAME = /^[^\s\u0085+\p{Cc}]{1,255}$/u;
export const isKeyName = (name: string): boolean => KEY_NAME.test(name) && name.isWellFormed();

/** The 32 bytes of a public key. */
export const publicKeyBytes = (key: VerifierKey): Uint8Array =>
  key.publicKey.export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);

/** A verifier key from the 32 bytes of an Ed25519 public key, such as the end of what KMS GetPublicKey gives. */
export function verifierKey({ name, bytes }: { name: string; bytes: Uint8Array }): VerifierKey {
  if (!isKeyName(name)) throw new Error(`not a key name: ${JSON.stringify(name)}`);
  if (bytes.length !== KEY_BYTES) throw new Error(`an Ed25519 public key has ${KEY_BYTES} bytes, got ${bytes.length}`);
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: "der", type: "spki" });
  return { name, id: keyId({ name, bytes }), publicKey };
}

/** SHA-256(name || 0x0A || 0x01 || public key), the first four bytes. */
const keyId = ({ name, bytes }: { name: string; bytes: Uint8Array }): string =>
  Buffer.from(sha256(Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(ED25519_TYPE), bytes])))
    .subarray(0, 4)
    .toString("hex");

/** A new key from 32 bytes of randomness, which are the key: keep them nowhere else. */
export function generateLedgerKey({ name, seed }: { name: string; seed: Uint8Array }): LedgerKey {
  if (seed.length !== KEY_BYTES) throw new Error(`an Ed25519 seed has ${KEY_BYTES} bytes, got ${seed.length}`);
  return withPrivateKey(
    name,
    createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" }),
  );
}

function withPrivateKey(name: string, privateKey: KeyObject): LedgerKey {
  const bytes = createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);
  return { ...verifierKey({ name, bytes }), privateKey };
}

/** PKCS #8 in PEM, unencrypted: for a file of mode 0600. */
export const ledgerKeyToPem = (key: LedgerKey): string =>
  key.privateKey.export({ format: "pem", type: "pkcs8" }).toString();

/** Reads what `ledgerKeyToPem` or `openssl genpkey -algorithm ed25519` writes. The error tells nothing of the content. */
export function ledgerKeyFromPem({ name, pem }: { name: string; pem: string }): Result<LedgerKey, KeyError> {
  if (!isKeyName(name)) return err(keyError("a key name is not empty and has neither spaces nor plus signs"));
  const key = privateKeyOf(pem);
  if (key?.asymmetricKeyType !== "ed25519") return err(keyError("expected an Ed25519 private key in PEM (PKCS #8)"));
  return ok(withPrivateKey(name, key));
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: "pem" });
  } catch {
    return undefined;
  }
}

/** `<name>+<id>+<base64 of 0x01 and the public key>`: what verifiers of C2SP notes are given. */
export const formatVerifierKey = (key: VerifierKey): string =>
  `${key.name}+${key.id}+${toBase64(Buffer.concat([Uint8Array.of(ED25519_TYPE), publicKeyBytes(key)]))}`;

/** Reads a verifier key; its id has to be the one that name and key give. */
export function parseVerifierKey(text: string): Result<VerifierKey, KeyError> {
  // The base64 part may hold plus signs of its own.
  const [, name = "", id, base64 = ""] = /^([^+]{1,255})\+([0-9a-f]{8})\+(.{1,64})$/u.exec(text) ?? [];
  const typed = fromBase64(base64);
  if (!isKeyName(name) || typed === undefined) {
    return err(keyError("expected a verifier key: <name>+<8 hex digits>+<base64>"));
  }
  const bytes = typed.subarray(1);
  if (typed[0] !== ED25519_TYPE || bytes.length !== KEY_BYTES) return err(keyError(`${name}: expected an Ed25519 key`));
  const key = verifierKey({ name, bytes });
  return key.id === id ? ok(key) : err(keyError(`${name}: the key id is not that of name and key`));
}
