/** Longest line taken, in bytes: the 5 MB of an event and what stands around it. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;
const NEWLINE = 10;

/** Lines of a stream of bytes, without empty ones. A line that is too long is given as undefined and skipped whole. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (): string | undefined => {
    const line = bytes > LINE_BYTES_MAX ? undefined : Buffer.concat(parts).toString("utf8").trim();
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk);
    for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE)) {
      bytes += at;
      if (bytes <= LINE_BYTES_MAX) parts.push(rest.subarray(0, at));
      const line = take();
      if (line !== "") yield line;
      rest = rest.subarray(at + 1);
    }
    bytes += rest.length;
    if (bytes <= LINE_BYTES_MAX) parts.push(rest);
  }
  const last = take();
  if (last !== "") yield last;
}

/** The value of a JSON text, or what is wrong with it. */
export function readJson(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (cause) {
    return { ok: false, message: cause instanceof Error ? cause.message : "not JSON" };
  }
}
