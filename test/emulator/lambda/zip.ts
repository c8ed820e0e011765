import { crc32, deflateRawSync } from "node:zlib";

export type ZipEntry = { readonly name: string; readonly bytes: Uint8Array; readonly isExecutable?: boolean };

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;
/** Version 2.0; in the central directory made by Unix, whose file modes stand in the upper half of the attributes. */
const VERSION = 20;
const UNIX = (3 << 8) | VERSION;
const REGULAR_FILE = 0o100000;
/** 1 January 1980, as early as it goes: the same files give the same bytes. */
const DATE = 0x21;

/** A ZIP archive, as Lambda takes code (PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16). */
export function zipOf(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, isExecutable = false } of entries) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(DEFLATED, 4);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const mode = (REGULAR_FILE | (isExecutable ? 0o755 : 0o644)) * 0x10000;
    locals.push(uint32(LOCAL), common, path, packed);
    centrals.push(uint32(CENTRAL), uint16(UNIX), common, Buffer.alloc(6), uint32(mode), uint32(offset), path);
    offset += 4 + common.length + path.length + packed.length;
  }
  const central = Buffer.concat(centrals);
  const counts = [uint16(0), uint16(0), uint16(entries.length), uint16(entries.length)];
  const end = [uint32(END), ...counts, uint32(central.length), uint32(offset), uint16(0)];
  return Buffer.concat([...locals, central, ...end]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
