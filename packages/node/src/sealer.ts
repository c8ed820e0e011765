import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Random, Sealer } from "@ephor/app/ports";

/** Names the form, so that a later one can be told apart. */
const FORM = "aes1";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals with a key of 32 bytes (AES-256-GCM, NIST SP 800-38D), a fresh IV each time and the context as what is
 * authenticated beside the text: one that was changed, cut, or sealed for another context or by another key does not open.
 */
export function keySealer({ key, random }: { readonly key: Uint8Array; readonly random: Random }): Sealer {
  return {
    async seal({ text, context }) {
      const iv = random.bytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${FORM}.${sealed.toString("base64url")}`;
    },
    async open({ sealed, context }) {
      const [form, rest, ...more] = sealed.split(".");
      const bytes = Buffer.from(rest ?? "", "base64url");
      const isWhole = bytes.length >= IV_BYTES + TAG_BYTES && more.length === 0;
      if (form !== FORM || !isWhole) throw new Error(`this is no text sealed as ${FORM}`);
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      return text.toString("utf8");
    },
  };
}
