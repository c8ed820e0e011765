import { CLOSE, classAt, NEWLINE, OPEN, SPACE, skipSpace } from "./bytes.ts";
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

/** A look at both ends, since refusing a text costs the engine more than reading one. */
function looksWhole(line: Buffer): boolean {
  let last = line.length - 1;
  while (last > 0 && classAt(line, last) === SPACE) last--;
  return beginsRecord(line, 0) && classAt(line, last) === CLOSE;
}

const beginsRecord = (bytes: Buffer, at: number): boolean => classAt(bytes, skipSpace(bytes, at)) === OPEN;

function addLine(found: Decoded[], line: Buffer, decode: (bytes: Buffer) => Decoded): void {
  if (skipSpace(line, 0) === line.length) return;
  const decoded: Decoded = looksWhole(line) ? decode(line) : { kind: "malformed", reason: "not JSON" };
  if (decoded.kind === "malformed" && found.at(-1)?.kind === "malformed") return;
  found.push(decoded);
}
