import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { Sealer } from "@ephor/app/ports";
import { type CallDeps, callAws } from "../call-aws.ts";
import { CONTEXT_KEY } from "./context-key.ts";

/** Names the form, so that a later one can be told apart. */
const FORM = "kms1";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

type Deps = CallDeps & {
  readonly client: KMSClient;
  /** ARN of a symmetric encryption key; nothing that another key has sealed is opened. */
  readonly keyId: string;
};

/**
 * Seals with a key of its own each time, which KMS makes and gives back for the same context alone: KMS itself takes no
 * more than 4 KB, and a snapshot may have more. A text that was changed, cut or sealed for another context does not open.
 */
export function kmsSealer(d: Deps): Sealer {
  return {
    async seal({ text, context }) {
      const { plain, sealed } = await newKey(d, context);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, plain, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const bytes = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      plain.fill(0);
      return [FORM, Buffer.from(sealed).toString("base64url"), bytes.toString("base64url")].join(".");
    },
    async open({ sealed, context }) {
      const [form, key, rest, ...more] = sealed.split(".");
      if (form !== FORM || !key || !rest || more.length > 0) throw new Error(`this is no text sealed as ${FORM}`);
      const bytes = Buffer.from(rest, "base64url");
      const plain = await sameKey(d, { sealed: Buffer.from(key, "base64url"), context });
      const decipher = createDecipheriv(CIPHER, plain, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      plain.fill(0);
      return text.toString("utf8");
    },
  };
}

async function newKey(d: Deps, context: string) {
  const command = new GenerateDataKeyCommand({
    KeyId: d.keyId,
    KeySpec: "AES_256",
    EncryptionContext: { [CONTEXT_KEY]: context },
  });
  const { Plaintext: plain, CiphertextBlob: sealed } = await called(d, (abortSignal) =>
    d.client.send(command, { abortSignal }),
  );
  if (plain === undefined || sealed === undefined) throw new Error("KMS gave no data key");
  return { plain, sealed };
}

async function sameKey(d: Deps, { sealed, context }: { sealed: Uint8Array; context: string }): Promise<Uint8Array> {
  const command = new DecryptCommand({
    KeyId: d.keyId,
    CiphertextBlob: sealed,
    EncryptionContext: { [CONTEXT_KEY]: context },
  });
  const { Plaintext: plain } = await called(d, (abortSignal) => d.client.send(command, { abortSignal }));
  if (plain === undefined) throw new Error("KMS gave no data key back");
  return plain;
}

const called = <T>(d: Deps, send: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  callAws(d, { service: "KMS", family: "aws", isRepeatable: true, send });
