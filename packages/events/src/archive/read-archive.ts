import { createReadStream } from "node:fs";
import type { Json } from "@ephor/domain/json";
import { EVENT_BYTES_MAX } from "../sources/bounds.ts";
import type { Decoded } from "./decode.ts";
import { listFiles } from "./list-files.ts";
import { openText } from "./open-text.ts";
import { reasonOf } from "./reason.ts";
import { RecordSplitter } from "./record-splitter.ts";

/** `file` is the path as given or found, `-` for standard input; `index` counts the records of that file from 0. */
export type ArchiveItem =
  | { readonly kind: "item"; readonly file: string; readonly index: number; readonly value: Json }
  | { readonly kind: "malformed"; readonly file: string; readonly index: number; readonly reason: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly reason: string };

export type ArchiveOptions = {
  /** Read where a path is `-`. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Default 5 MiB, the bound of an event. */
  readonly recordBytesMax?: number;
  /** Of one file, inflated. Default 64 GiB: memory does not grow with it, only time does. */
  readonly fileBytesMax?: number;
  /** Of one path. Default 1,000,000. */
  readonly filesMax?: number;
  /** What becomes of a record's bytes. Default: JSON. */
  readonly decode?: (bytes: Buffer) => Decoded;
};

const CHUNK_BYTES = 256 * 1024;
const FILE_BYTES_MAX = 64 * 1024 ** 3;
const FILES_MAX = 1_000_000;
const STDIN = "-";

/**
 * The JSON records of files, of folders with all below them, and of standard input (`-`): CloudTrail files
 * (`{"Records": [...]}`), lists, values line by line or one after the other, plain or gzip, told apart by content and
 * not by name. Records come as JSON, what they are is for `toEnvelopes` to say. A file that breaks off gives the
 * records before that and then `unreadable`. Never throws. Memory is bounded by a chunk and a record, whatever the
 * files hold.
 */
export async function* readArchive(
  paths: readonly string[],
  options: ArchiveOptions = {},
): AsyncGenerator<ArchiveItem> {
  for await (const batch of readArchiveBatches(paths, options)) yield* batch;
}

/** `readArchive` by the chunk, for those who read millions: an item each costs more than splitting it off. */
export async function* readArchiveBatches(
  paths: readonly string[],
  options: ArchiveOptions = {},
): AsyncGenerator<readonly ArchiveItem[]> {
  for (const path of paths) {
    if (path === STDIN) yield* readSource(path, { source: options.stdin ?? emptySource(), options });
    else yield* readPath(path, options);
  }
}

async function* emptySource(): AsyncGenerator<Uint8Array> {}

async function* readPath(path: string, options: ArchiveOptions): AsyncGenerator<readonly ArchiveItem[]> {
  for await (const listed of listFiles(path, { filesMax: options.filesMax ?? FILES_MAX })) {
    if (listed.kind === "unreadable") yield [listed];
    else
      yield* readSource(listed.file, {
        source: createReadStream(listed.file, { highWaterMark: CHUNK_BYTES }),
        options,
      });
  }
}

type Source = { readonly source: AsyncIterable<Uint8Array>; readonly options: ArchiveOptions };

async function* readSource(file: string, { source, options }: Source): AsyncGenerator<readonly ArchiveItem[]> {
  const splitter = new RecordSplitter({ recordBytesMax: EVENT_BYTES_MAX, ...options });
  const numbered = numbering(file);
  let refused: string | undefined;
  try {
    const text = await openText(source);
    if (text.kind === "refused") {
      yield [{ kind: "unreadable", file, reason: text.reason }];
      return;
    }
    let bytesLeft = options.fileBytesMax ?? FILE_BYTES_MAX;
    for await (const chunk of text.chunks) {
      bytesLeft -= chunk.length;
      if (bytesLeft < 0) {
        refused = `larger than ${options.fileBytesMax ?? FILE_BYTES_MAX} bytes: the rest is not read`;
        break;
      }
      splitter.push(chunk);
      yield numbered(splitter.take());
    }
  } catch (cause) {
    refused = reasonOf(cause);
  }
  const early = splitter.end();
  yield numbered(splitter.take());
  const reason = refused ?? early;
  if (reason !== undefined) yield [{ kind: "unreadable", file, reason }];
}

function numbering(file: string): (found: readonly Decoded[]) => readonly ArchiveItem[] {
  let index = 0;
  return (found) => found.map((decoded) => ({ ...decoded, file, index: index++ }));
}
