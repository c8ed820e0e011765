import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type CallDeps, callAws } from "../call-aws.ts";

export type StoredObject = { readonly bytes: Uint8Array; readonly metadata: Readonly<Record<string, string>> };

/** One whole object. Throws `NoSuchKey` as the SDK does where there is none, and where it has more than `bytesMax`. */
export async function readObject(
  d: CallDeps & { readonly client: S3Client },
  { bucket, key, bytesMax }: { bucket: string; key: string; bytesMax: number },
): Promise<StoredObject> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const { bytes, metadata, length } = await callAws(d, {
    service: "S3",
    family: "store",
    isRepeatable: true,
    send: async (abortSignal) => {
      const object = await d.client.send(command, { abortSignal });
      const { Body: body, ContentLength: length = 0, Metadata: metadata = {} } = object;
      return { length, metadata, bytes: length > bytesMax ? undefined : await body?.transformToByteArray() };
    },
  });
  if (bytes === undefined) throw new Error(`s3://${bucket}/${key} has ${length} bytes, expected at most ${bytesMax}`);
  return { bytes, metadata };
}
