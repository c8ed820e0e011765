import { GenerateMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import { type CallDeps, callAws } from "../call-aws.ts";

/** 32 bytes that `purpose` and the HMAC key `keyId` (HMAC_256) give, always the same: a secret that nothing has to keep. */
export async function deriveKey(
  d: CallDeps & { readonly client: KMSClient },
  { keyId, purpose }: { keyId: string; purpose: string },
): Promise<Uint8Array> {
  const command = new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: "HMAC_SHA_256", Message: Buffer.from(purpose) });
  const { Mac: mac } = await callAws(d, {
    service: "KMS",
    family: "aws",
    isRepeatable: true,
    send: (abortSignal) => d.client.send(command, { abortSignal }),
  });
  if (mac === undefined) throw new Error("KMS gave no MAC");
  return mac;
}
