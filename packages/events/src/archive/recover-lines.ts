import { classAt, NEWLINE, OPEN, skipSpace } from "./bytes.ts";
import type { Decoded } from "./decode.ts";

/**
 * Reads bytes that are no JSON as lines of it: where a line breaks off inside a string or an object, the brackets of
 * the lines after it no longer add up. Undefined where no line is a record, so that a broken document that merely has
 * several lines stays one mistake. Lines that follow each other and are none count as one. `rest`: where to go on,
 * which is the last line if that begins a record, else the end.
 */
export function recoverLines(
  region: Buffer,
  decode: (bytes: Buffer) => Decoded,
): { readonly found: readonly Decoded[]; readonly rest: number } | undefined {
  const last = region.lastIndexOf(NEWLINE);
  const found: Decoded[] = [];
  let from = 0;
  while (from <= last) {
    const end = region.indexOf(NEWLINE, from);
    addLine(found, region.subarray(from, end), decode);
    from = end + 1;
  }
  if (!found.some(({ kind }) => kind !== "malformed")) return undefined;
  return { found, rest: beginsRecord(region, from) ? from : region.length };
}

const beginsRecord = (bytes: Buffer, at: number): boolean => classAt(bytes, skipSpace(bytes, at)) === OPEN;

function addLine(found: Decoded[], line: Buffer, decode: (bytes: Buffer) => Decoded): void {
  if (skipSpace(line, 0) === line.length) return;
  const decoded: Decoded = beginsRecord(line, 0) ? decode(line) : { kind: "malformed", reason: "not JSON" };
  if (decoded.kind === "malformed" && found.at(-1)?.kind === "malformed") return;
  found.push(decoded);
}
