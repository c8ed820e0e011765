import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Blobs, Clock } from "@ephor/app/ports";
import { assertAccepted, BLOB_BYTES_MAX, checkBlob } from "@ephor/app/store-limits";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { type CallDeps, callAws, nameOf } from "../call-aws.ts";
import { readObject } from "./read-object.ts";

/** What expires lies under `tmp/`, the only place where objects may be deleted and the lifecycle does so (delivery.md). */
const EXPIRING = "tmp/blobs";
const LASTING = "blobs";
/** Epoch seconds, as object metadata: the lifecycle deletes by whole days only. */
const EXPIRES = "expires-at";

type Deps = CallDeps & {
  readonly client: S3Client;
  readonly bucket: string;
  /** ARN of the stage's KMS key; the bucket refuses objects that are encrypted by any other. Absent where nothing is put. */
  readonly key?: string;
  readonly clock: Clock;
};
type Id = { readonly tenant: Tenant; readonly id: string };

/** Bytes too large for an item, as objects of the evidence bucket. A put again with the same id replaces it. */
export function s3Blobs(d: Deps): Blobs {
  return {
    async put(blob) {
      assertAccepted(checkBlob(blob));
      if (d.key === undefined) throw new Error("these blobs can only be read: no key was given to write with");
      const { bytes, expiresAt } = blob;
      const command = new PutObjectCommand({
        Bucket: d.bucket,
        Key: keyOf(expiresAt === undefined ? LASTING : EXPIRING, blob),
        Body: bytes,
        ContentType: "application/octet-stream",
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: d.key,
        BucketKeyEnabled: true,
        ...(expiresAt === undefined ? {} : { Metadata: { [EXPIRES]: String(expiresAt) } }),
      });
      await callAws(d, {
        service: "S3",
        family: "store",
        isRepeatable: true,
        send: (abortSignal) => d.client.send(command, { abortSignal }),
      });
    },
    async get(blob) {
      assertAccepted(checkBlob({ id: blob.id }));
      return (await read(d, keyOf(EXPIRING, blob))) ?? read(d, keyOf(LASTING, blob));
    },
  };
}

/** Ids are free text: encoded, they neither leave their tenant's folder nor hold what S3 asks to avoid. */
const keyOf = (folder: string, { tenant, id }: Id): string => `${folder}/${tenant}/${encodeURIComponent(id)}`;

async function read(d: Deps, key: string): Promise<Uint8Array | undefined> {
  try {
    const { bytes, metadata } = await readObject(d, { bucket: d.bucket, key, bytesMax: BLOB_BYTES_MAX });
    const expiresAt = Number(metadata[EXPIRES] ?? Number.POSITIVE_INFINITY);
    return expiresAt * 1_000 <= epochMsOf(d.clock.now()) ? undefined : bytes;
  } catch (cause) {
    if (nameOf(cause) === "NoSuchKey") return undefined;
    throw cause;
  }
}
