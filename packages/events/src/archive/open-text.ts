import { skipSpace } from "./bytes.ts";
import { inflateStream, isGzip } from "./inflate.ts";

/** Bytes that look like JSON in UTF-8, without a byte order mark, or why they cannot be. */
export type OpenedText =
  | { readonly kind: "text"; readonly chunks: AsyncIterable<Buffer> }
  | { readonly kind: "refused"; readonly reason: string };

const HEAD_BYTES = 4;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
/** What a JSON value can begin with (RFC 8259, section 2). */
const BEGINS_JSON = /^[{["\-\dtfn]/;

/** Looks at how the source begins, by content and not by name: gzip is inflated. Throws what the source throws. */
export async function openText(source: AsyncIterable<Uint8Array>): Promise<OpenedText> {
  const raw = await peek(source);
  if (!isGzip(raw.head)) return opened(raw);
  return opened(await peek(inflateStream(raw.chunks)));
}

type Peeked = { readonly head: Buffer; readonly chunks: AsyncIterable<Buffer> };

function opened({ head, chunks }: Peeked): OpenedText {
  if (UTF16_MARKS.some((mark) => head.subarray(0, mark.length).equals(mark))) {
    return { kind: "refused", reason: "UTF-16, expected UTF-8" };
  }
  const mark = head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const first = skipSpace(head, mark);
  if (first < head.length && !BEGINS_JSON.test(head.toString("latin1", first))) {
    return { kind: "refused", reason: "neither JSON nor gzip" };
  }
  return { kind: "text", chunks: mark === 0 ? chunks : withoutMark(chunks) };
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = BYTE_ORDER_MARK.length;
  for await (const chunk of chunks) {
    yield chunk.subarray(left);
    left = 0;
  }
}

/** The first chunks up to a few bytes as one, and all of the source again. */
async function peek(source: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let isDone = false;
  while (head.length < HEAD_BYTES && !isDone) {
    const next = await iterator.next();
    isDone = next.done === true;
    if (next.done !== true) head = Buffer.concat([head, next.value]);
  }
  return { head, chunks: replay(head, iterator) };
}

async function* replay(head: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield asBuffer(next.value);
    }
  } finally {
    await iterator.return?.();
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
