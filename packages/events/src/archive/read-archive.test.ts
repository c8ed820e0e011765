import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inflateBounded } from "./inflate.ts";
import { listFiles } from "./list-files.ts";
import { type ArchiveItem, type ArchiveOptions, readArchive } from "./read-archive.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "archive-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

async function read(paths: readonly string[], options?: ArchiveOptions): Promise<ArchiveItem[]> {
  return collected(readArchive(paths, options));
}

async function* streamOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const valuesOf = (items: readonly ArchiveItem[]) => items.flatMap((item) => (item.kind === "item" ? [item.value] : []));
const reasonsOf = (items: readonly ArchiveItem[]) =>
  items.flatMap((item) => (item.kind === "item" ? [] : [item.reason]));

const RECORDS = Array.from({ length: 500 }, (_, n) => ({ n, text: `record ${n}` }));

test("records are numbered within their file, in order", async () => {
  const path = await written("a.json", '{"Records":[{"a":1},{"b":oops},{"c":3}]}');
  expect(await read([path])).toEqual([
    { kind: "item", file: path, index: 0, value: { a: 1 } },
    { kind: "malformed", file: path, index: 1, reason: expect.stringContaining("not JSON") },
    { kind: "item", file: path, index: 2, value: { c: 3 } },
  ]);
});

test("gzip is told by content, whatever the name; several members are one file", async () => {
  const zipped = await written("zipped.json", gzipSync(JSON.stringify({ Records: RECORDS })));
  const plain = await written("plain.gz", JSON.stringify(RECORDS));
  const members = await written("members", Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"b":2}\n')]));
  expect(valuesOf(await read([zipped]))).toEqual(RECORDS);
  expect(valuesOf(await read([plain]))).toEqual(RECORDS);
  expect(valuesOf(await read([members]))).toEqual([{ a: 1 }, { b: 2 }]);
});

test("a byte order mark is no part of the first record, also inside gzip", async () => {
  const marked = Buffer.from('\uFEFF{"a":1}\r\n{"b":2}\r\n');
  expect(valuesOf(await read([await written("mark", marked)]))).toEqual([{ a: 1 }, { b: 2 }]);
  expect(valuesOf(await read([await written("mark.gz", gzipSync(marked))]))).toEqual([{ a: 1 }, { b: 2 }]);
});

test("truncated gzip gives the records before its end, then says so", async () => {
  const whole = gzipSync(RECORDS.map((record) => JSON.stringify({ ...record, pad: Math.sin(record.n) })).join("\n"));
  const items = await read([await written("cut.gz", whole.subarray(0, whole.length - 200))]);
  expect(valuesOf(items).length).toBeGreaterThan(300);
  expect(items.at(-1)).toEqual({
    kind: "unreadable",
    file: join(folder, "cut.gz"),
    reason: "the gzip data ends early",
  });
});

test("damaged gzip is unreadable", async () => {
  const damaged = gzipSync(JSON.stringify(RECORDS));
  damaged.fill(0xff, 40, 80);
  expect(reasonsOf(await read([await written("damaged.gz", damaged)]))).toContain("the gzip data is damaged");
});

test("truncated JSON gives the records before its end, then says so", async () => {
  const items = await read([await written("cut.json", JSON.stringify({ Records: RECORDS }).slice(0, -30))]);
  expect(valuesOf(items)).toEqual(RECORDS.slice(0, -1));
  expect(reasonsOf(items)).toEqual(["ends inside a record"]);
});

test("files that are no JSON at all are one unreadable file each", async () => {
  const zip = await written("x.zip", Buffer.from([0x50, 0x4b, 0x03, 0x04, 0x00]));
  const wide = await written("wide.json", Buffer.from('\uFEFF{"a":1}', "utf16le"));
  expect(reasonsOf(await read([zip, wide]))).toEqual(["neither JSON nor gzip", "UTF-16, expected UTF-8"]);
});

test("an empty file holds nothing", async () => {
  expect(await read([await written("empty", "")])).toEqual([]);
});

test("a file that inflates beyond the limit is read up to it", async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from('{"a":1}\n'), Buffer.alloc(4_000_000, " ")]));
  const items = await read([await written("bomb.gz", bomb)], { fileBytesMax: 1_000_000 });
  expect(valuesOf(items)).toEqual([{ a: 1 }]);
  expect(reasonsOf(items)).toEqual(["larger than 1000000 bytes: the rest is not read"]);
});

test("a record beyond its limit is malformed, the rest goes on", async () => {
  const path = await written("large", `{"a":"${"x".repeat(100)}"}\n{"b":2}`);
  expect(reasonsOf(await read([path], { recordBytesMax: 50 }))).toEqual(["larger than 50 bytes"]);
  expect(valuesOf(await read([path], { recordBytesMax: 50 }))).toEqual([{ b: 2 }]);
});

test("standard input is read where its sign stands, in any chunks", async () => {
  const stdin = streamOf("{", '"a"', ':1}\n{"b":2}');
  expect(await read(["-"], { stdin })).toEqual([
    { kind: "item", file: "-", index: 0, value: { a: 1 } },
    { kind: "item", file: "-", index: 1, value: { b: 2 } },
  ]);
  const zipped = gzipSync('{"a":1}');
  const bytes = [...zipped].map((byte) => Uint8Array.of(byte));
  expect(valuesOf(await read(["-"], { stdin: streamOf(...bytes) }))).toEqual([{ a: 1 }]);
  expect(await read(["-"])).toEqual([]);
});

test("a source that fails half way is unreadable, and what came before it counts", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"a":1}\n');
    throw Object.assign(new Error("disk"), { code: "EIO" });
  }
  expect(await read(["-"], { stdin: failing() })).toEqual([
    { kind: "item", file: "-", index: 0, value: { a: 1 } },
    { kind: "unreadable", file: "-", reason: "cannot be read (EIO)" },
  ]);
});

test("a gzip source that fails half way is unreadable", async () => {
  const zipped = gzipSync(Buffer.alloc(100_000, " "));
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield zipped.subarray(0, 50);
    throw new Error("gone");
  }
  expect(reasonsOf(await read(["-"], { stdin: failing() }))).toEqual(["cannot be read"]);
});

test("folders are read with all below them, by name; links and absent paths are told", async () => {
  const root = join(folder, "tree");
  await mkdir(join(root, "b", "c"), { recursive: true });
  await writeFile(join(root, "b", "c", "2.json"), '{"n":2}');
  await writeFile(join(root, "b", "1.json"), '{"n":1}');
  await writeFile(join(root, "z.json"), '{"n":3}');
  await writeFile(join(root, "a.json"), '{"n":0}');
  await symlink(join(root, "a.json"), join(root, "link.json"));
  const items = await read([root, join(root, "nowhere")]);
  expect(valuesOf(items)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  expect(reasonsOf(items)).toEqual(["neither a file nor a folder: links are not followed", "no such file or folder"]);
  expect(valuesOf(await read([join(root, "link.json")]))).toEqual([{ n: 0 }]);
});

test("more files than the limit are told, not read", async () => {
  const root = join(folder, "many");
  await mkdir(root);
  for (const name of ["1", "2", "3"]) await writeFile(join(root, name), "{}");
  expect(await collected(listFiles(root, { filesMax: 2 }))).toEqual([
    { kind: "file", file: join(root, "1") },
    { kind: "file", file: join(root, "2") },
    { kind: "unreadable", file: root, reason: "more than 2 files: the rest is not read" },
  ]);
});

test("folders deeper than the limit are told, not entered", async () => {
  const root = join(folder, "deep");
  await mkdir(join(root, ...Array.from({ length: 70 }, () => "d")), { recursive: true });
  const [told, ...others] = await read([root]);
  expect(told).toMatchObject({ kind: "unreadable", reason: "more than 64 folders deep" });
  expect(others).toEqual([]);
});

test("a body is inflated within its bound and no further", async () => {
  const text = Buffer.from("x".repeat(1000));
  expect(await inflateBounded(gzipSync(text), 1000)).toEqual({ ok: true, value: text });
  expect(await inflateBounded(text, 1000)).toEqual({ ok: true, value: text });
  for (const bytes of [gzipSync(text), text]) {
    expect(await inflateBounded(bytes, 999)).toMatchObject({ ok: false, error: { code: "archive.too-large" } });
  }
  const bad = Buffer.concat([Buffer.from([0x1f, 0x8b]), deflateRawSync(text)]);
  expect(await inflateBounded(bad, 1000)).toMatchObject({ ok: false, error: { code: "archive.unreadable" } });
});
