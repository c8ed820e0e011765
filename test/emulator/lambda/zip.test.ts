import { crc32, inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { zipOf } from "./zip.ts";

test("an archive holds each file by its name, packed, with its checksum and mode", () => {
  const bytes = Buffer.from("export const handler = () => 1;\n".repeat(50));
  const archive = Buffer.from(zipOf([{ name: "bootstrap", bytes, isExecutable: true }]));
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  expect(archive.readUInt16LE(end + 10)).toBe(1);
  const central = archive.readUInt32LE(end + 16);
  expect(archive.readUInt32LE(central + 16)).toBe(crc32(bytes));
  expect(archive.readUInt32LE(central + 38) >>> 16).toBe(0o100755);
  const [packed, name] = [archive.readUInt32LE(central + 20), archive.readUInt16LE(central + 28)];
  expect(archive.subarray(central + 46, central + 46 + name).toString()).toBe("bootstrap");
  expect(inflateRawSync(archive.subarray(30 + name, 30 + name + packed))).toEqual(bytes);
});
