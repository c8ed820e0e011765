/** Classes of bytes. Commas count as space: between records they tell nothing that brackets do not. */
export const OTHER = 0;
export const SPACE = 1;
export const QUOTE = 2;
export const OPEN = 3;
export const CLOSE = 4;

export const NEWLINE = 0x0a;
export const COMMA = 0x2c;
export const LIST_OPEN = 0x5b;
export const LIST_CLOSE = 0x5d;
const BACKSLASH = 0x5c;
const QUOTE_BYTE = 0x22;
export const COLON = 0x3a;

const CLASS = new Uint8Array(256);
for (const byte of Buffer.from(" \t\r\n,")) CLASS[byte] = SPACE;
for (const byte of Buffer.from('"')) CLASS[byte] = QUOTE;
for (const byte of Buffer.from("{[")) CLASS[byte] = OPEN;
for (const byte of Buffer.from("}]")) CLASS[byte] = CLOSE;

/** The class of the byte at `at`; behind the end `OTHER`. */
export const classAt = (bytes: Buffer, at: number): number => CLASS[bytes[at] ?? 0] ?? OTHER;

/** The first place from `from` on that is not space. */
export function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && classAt(bytes, at) === SPACE) at++;
  return at;
}

/** The first quote or bracket from `from` on, else the end. */
export function nextMark(bytes: Buffer, from: number): number {
  const end = bytes.length;
  let at = from;
  while (at < end && classAt(bytes, at) < QUOTE) at++;
  return at;
}

/** After the quote that ends the string whose inside `from` is in; `~at` where the bytes end first, to go on at `at`. */
export function endOfString(bytes: Buffer, from: number): number {
  const end = bytes.length;
  let at = from;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE_BYTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return ~at;
}
