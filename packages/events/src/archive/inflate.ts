import { promisify } from "node:util";
import { createGunzip, type Gunzip, gunzip } from "node:zlib";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { codeOf, reasonOf } from "./reason.ts";

const CHUNK_BYTES = 256 * 1024;
const gunzipAsync = promisify(gunzip);

/** RFC 1952, section 2.3.1. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * The bytes as they are, or inflated where they are gzip, whatever their name or header says. For bodies of requests:
 * at most `bytesMax` come out, and no more than that is ever held. Errors: archive.too-large, archive.unreadable.
 */
export async function inflateBounded(
  bytes: Uint8Array,
  bytesMax: number,
): Promise<Result<Uint8Array, EphorError<"archive.too-large" | "archive.unreadable">>> {
  if (!isGzip(bytes)) return bytes.length > bytesMax ? err(tooLarge(bytesMax)) : ok(bytes);
  try {
    return ok(await gunzipAsync(bytes, { maxOutputLength: bytesMax }));
  } catch (cause) {
    if (codeOf(cause) === "ERR_BUFFER_TOO_LARGE") return err(tooLarge(bytesMax));
    return err(ephorError("archive.unreadable", reasonOf(cause)));
  }
}

const tooLarge = (bytesMax: number): EphorError<"archive.too-large"> =>
  ephorError("archive.too-large", `larger than ${bytesMax} bytes`);

/** Inflates a stream of gzip data, one member or several. Where the data ends early, what there is comes out before the error. */
export async function* inflateStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const inflating = createGunzip({ chunkSize: CHUNK_BYTES });
  const fed = feed(source, inflating).catch((cause: unknown) => {
    inflating.destroy(cause instanceof Error ? cause : new Error("the source failed", { cause }));
  });
  try {
    yield* inflating;
  } finally {
    inflating.destroy();
    await fed;
  }
}

/** Waits for each chunk before the end is told: zlib withholds the output of the chunk that it knows to be the last. */
async function feed(source: AsyncIterable<Uint8Array>, inflating: Gunzip): Promise<void> {
  for await (const chunk of source) {
    if (inflating.destroyed) return;
    await new Promise<void>((resolve) => {
      inflating.once("close", resolve);
      inflating.write(chunk, () => {
        inflating.off("close", resolve);
        resolve();
      });
    });
  }
  inflating.end();
}
