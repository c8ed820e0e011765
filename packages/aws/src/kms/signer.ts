import { verify } from "node:crypto";
import { GetPublicKeyCommand, type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import type { CheckpointSigner, StatementSigner } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { formatCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { formatVerifierKey, type VerifierKey, verifierKey } from "@ephor/domain/ledger/ledger-key";
import { formatNote } from "@ephor/domain/ledger/note";
import type { Tenant } from "@ephor/domain/tenant";
import { type CallDeps, callAws } from "../call-aws.ts";

/** https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
const KEY_SPEC = "ECC_NIST_EDWARDS25519";
const ALGORITHM = "ED25519_SHA_512";
/** An Ed25519 public key stands at the end of its SubjectPublicKeyInfo (RFC 8410). */
const KEY_BYTES = 32;

type Deps = CallDeps & {
  readonly client: KMSClient;
  /** ARN of the signing key. */
  readonly keyId: string;
  /** Its host begins the origin of every log. */
  readonly publicUrl: string;
};

/**
 * Signs checkpoints with a key that never leaves KMS (ledger.md). Asks for the public key once, now. Throws
 * `ledger.invalid` where the key is no Ed25519 signing key, and for a signature that the public key does not confirm.
 */
export async function kmsSigner(d: Deps): Promise<CheckpointSigner & StatementSigner> {
  const host = new URL(d.publicUrl).host;
  const bytes = await publicKeyOf(d);
  const keyOf = (tenant: Tenant): VerifierKey => verifierKey({ name: `${host}/${tenant}`, bytes });
  return {
    origin: (tenant) => keyOf(tenant).name,
    verifierKeys: (tenant) => [formatVerifierKey(keyOf(tenant))],
    async sign({ tenant, size, root }) {
      const key = keyOf(tenant);
      const { name, id } = key;
      const text = formatCheckpoint({ origin: name, size, root });
      return formatNote(text, [{ name, id, signature: await checkedSignature(d, { key, text }) }]);
    },
    async signStatement({ tenant, text }) {
      const key = keyOf(tenant);
      const signature = await checkedSignature(d, { key, text });
      return { keyId: key.id, signature: Buffer.from(signature).toString("base64") };
    },
  };
}

async function publicKeyOf(d: Deps): Promise<Uint8Array> {
  const command = new GetPublicKeyCommand({ KeyId: d.keyId });
  const { KeySpec: spec, PublicKey: der = new Uint8Array() } = await callKms(d, (abortSignal) =>
    d.client.send(command, { abortSignal }),
  );
  if (spec !== KEY_SPEC) throw invalid(`the ledger key is of ${spec}, expected ${KEY_SPEC}`);
  return der.subarray(-KEY_BYTES);
}

async function checkedSignature(d: Deps, { key, text }: { key: VerifierKey; text: string }): Promise<Uint8Array> {
  const message = Buffer.from(text);
  const signature = await signatureOf(d, message);
  if (!verify(null, message, key.publicKey, signature)) throw invalid("KMS gave a signature that is not of its key");
  return signature;
}

async function signatureOf(d: Deps, message: Uint8Array): Promise<Uint8Array> {
  const command = new SignCommand({
    KeyId: d.keyId,
    Message: message,
    MessageType: "RAW",
    SigningAlgorithm: ALGORITHM,
  });
  const { Signature: signature = new Uint8Array() } = await callKms(d, (abortSignal) =>
    d.client.send(command, { abortSignal }),
  );
  return signature;
}

const callKms = <T>(d: Deps, send: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  callAws(d, { service: "KMS", family: "aws", isRepeatable: true, send });

const invalid = (message: string): EphorException => new EphorException(ephorError("ledger.invalid", message));
