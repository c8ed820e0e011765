import { hash } from "node:crypto";

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

const LEAF = 0x00;
const NODE = 0x01;

/*
 * One scratch buffer for every hash input of ordinary size: code here is synchronous, and an allocation costs more
 * than the hash. Asking node:crypto for a string and turning it into bytes is, likewise, three times faster than
 * asking it for bytes, since those come with an ArrayBuffer of their own.
 */
const scratch = Buffer.alloc(8_192);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

export const sha256 = (input: Uint8Array | string): Uint8Array =>
  Buffer.from(hash("sha256", input, "binary"), "binary");

/** RFC 6962 section 2.1: SHA-256(0x00 || leaf). A string is its UTF-8 bytes. */
export function leafHash(leaf: Uint8Array | string): Uint8Array {
  scratch[0] = LEAF;
  return sha256(prefixed(1, leaf));
}

/** RFC 6962 section 2.1: SHA-256(0x01 || left || right), each of 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** base64url(SHA-256(salt || text)), the form of a commitment in a leaf. */
export function saltedHash(salt: Uint8Array, text: string): string {
  scratch.set(salt, 0);
  return hash("sha256", prefixed(salt.length, text), "base64url");
}

/** The first `length` bytes of the scratch buffer, then `content`; in the scratch buffer itself where it fits. */
function prefixed(length: number, content: Uint8Array | string): Uint8Array {
  const isText = typeof content === "string";
  // UTF-8 takes at most three bytes for a UTF-16 code unit.
  const bytesMax = isText ? content.length * 3 : content.length;
  if (length + bytesMax > scratch.length) {
    return Buffer.concat([scratch.subarray(0, length), isText ? Buffer.from(content) : content]);
  }
  if (isText) return scratch.subarray(0, length + scratch.write(content, length));
  scratch.set(content, length);
  return scratch.subarray(0, length + content.length);
}

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");

/** The bytes of canonical base64 (RFC 4648 section 4, padded); undefined for any other text. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
