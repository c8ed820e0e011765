import { expect, test } from "vitest";
import type { Decoded } from "./decode.ts";
import { RecordSplitter } from "./record-splitter.ts";

const MAX = 200;

/** What a splitter finds when `text` comes in pieces of `size` bytes, and why it ended early. */
function split(text: string | Buffer, size = 7): { found: readonly Decoded[]; early: string | undefined } {
  const bytes = Buffer.from(text);
  const splitter = new RecordSplitter({ recordBytesMax: MAX });
  const found: Decoded[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    splitter.push(bytes.subarray(at, at + size));
    found.push(...splitter.take());
  }
  const early = splitter.end();
  return { found: [...found, ...splitter.take()], early };
}

const valuesIn = (text: string | Buffer, size?: number) =>
  split(text, size).found.map((decoded) => (decoded.kind === "item" ? decoded.value : decoded.reason));

const RECORDS = [{ a: 1 }, { b: ["x", { c: 'quote " and brace }' }] }, { d: "\\" }];

test.each([
  ["records under a key", JSON.stringify({ Records: RECORDS })],
  ["findings under a key", JSON.stringify({ Findings: RECORDS })],
  ["keys before and after the records", JSON.stringify({ v: [1, { Records: [] }], Records: RECORDS, z: { y: [2] } })],
  ["space everywhere", JSON.stringify({ Records: RECORDS }, null, 3).replaceAll("\n", "\r\n")],
  ["an escaped key", JSON.stringify({ Records: RECORDS }).replace("Records", "\\u0052ecords")],
  ["a list", JSON.stringify(RECORDS)],
  ["lines", RECORDS.map((record) => JSON.stringify(record)).join("\r\n")],
  ["values one after the other", RECORDS.map((record) => JSON.stringify(record)).join("")],
  ["values over several lines", RECORDS.map((record) => JSON.stringify(record, null, 2)).join("\n")],
  [
    "a mixture",
    `${JSON.stringify({ Records: [RECORDS[0]] })}\n${JSON.stringify([RECORDS[1]])} ${JSON.stringify(RECORDS[2])}\n`,
  ],
  [
    "records in two lists of one object",
    `{"Records":[${JSON.stringify(RECORDS[0])}],"n":[{}],"Records":[${JSON.stringify(RECORDS[1])},${JSON.stringify(RECORDS[2])}]}`,
  ],
])("records come out one by one from %s, wherever the chunks end", (_, text) => {
  for (let size = 1; size <= text.length + 1; size++)
    expect(split(text, size)).toEqual({ found: RECORDS.map((value) => ({ kind: "item", value })), early: undefined });
});

test("an object without a list of records is itself the record", () => {
  expect(valuesIn('{"Records":{"a":1}}')).toEqual([{ Records: { a: 1 } }]);
  expect(valuesIn('{"x":{"Records":[1]}}')).toEqual([{ x: { Records: [1] } }]);
  expect(valuesIn('{"Other":[{"a":1}]}')).toEqual([{ Other: [{ a: 1 }] }]);
  expect(valuesIn(`{"${"k".repeat(80)}":[1]}`)).toEqual([{ ["k".repeat(80)]: [1] }]);
});

test("an empty list, an empty file and blank lines hold no record", () => {
  expect(split('{"Records":[]}\n\n[]\n').found).toEqual([]);
  expect(split("")).toEqual({ found: [], early: undefined });
});

test("scalars come out as values: what they are worth is for others to say", () => {
  expect(valuesIn('"text, with [brackets]"\n12\nnull\n[1, "a,b", true]')).toEqual([
    "text, with [brackets]",
    12,
    null,
    1,
    "a,b",
    true,
  ]);
});

test("one broken record in a list costs that record only", () => {
  expect(valuesIn('{"Records":[{"a":1},{"b":tru},{"c":3}, nonsense, {"d":4}]}')).toEqual([
    { a: 1 },
    expect.stringContaining("not JSON"),
    { c: 3 },
    expect.stringContaining("not JSON"),
    { d: 4 },
  ]);
});

test.each(['{"b": "no end', '{"b": {"c": 1', '{"b": [1,', "plain words", '{"b":tru}', "}"])(
  "a line that is %s costs that line only",
  (broken) => {
    for (const size of [1, 5, 1000]) {
      const { found, early } = split(`{"a":1}\n${broken}\n{"c":"3"}\n{"d":"4"}\n`, size);
      expect(early).toBeUndefined();
      expect(found.map(({ kind }) => kind)).toEqual(["item", "malformed", "item", "item"]);
    }
  },
);

test("a broken document of several lines is one mistake", () => {
  expect(valuesIn('{\n "a": tru\n}\n{"b":2}')).toEqual([expect.stringContaining("not JSON"), { b: 2 }]);
});

test("a record that is too large is skipped and the rest goes on", () => {
  const large = JSON.stringify({ a: "x".repeat(MAX) });
  const told = `larger than ${MAX} bytes`;
  for (const size of [3, 64, 10_000]) {
    expect(valuesIn(`{"Records":[{"b":1},${large},{"c":2}]}`, size)).toEqual([{ b: 1 }, told, { c: 2 }]);
    expect(valuesIn(`{"b":1}\n${large}\n{"c":2}\n`, size)).toEqual([{ b: 1 }, told, { c: 2 }]);
    expect(valuesIn(`${"y".repeat(2 * MAX)}\n{"c":2}`, size)).toEqual([told, { c: 2 }]);
  }
});

test("a list of records is found behind and before members that are too large", () => {
  const large = JSON.stringify("x".repeat(30 * MAX));
  const members = [`"big":${large}`, `"big":{"b":${large},"Records":[1]}`, `"big":[${large}]`];
  for (const [size, member] of [1, 16, 64, 100_000].flatMap((n) => members.map((text) => [n, text] as const))) {
    expect(valuesIn(`{"Records":[{"a":1}],${member},"Records":[{"c":3}]}{"b":2}`, size)).toEqual([
      { a: 1 },
      { c: 3 },
      { b: 2 },
    ]);
    expect(valuesIn(`{${member}, "Records" : [{"a":1}]}`, size)).toEqual([{ a: 1 }]);
  }
});

test("a line without end does not swallow the lines after it, however many there are", () => {
  const lines = Array.from({ length: 50 }, (_, n) => JSON.stringify({ n }));
  const { found } = split(`{"open": "\n${lines.join("\n")}\n`);
  expect(found.filter(({ kind }) => kind === "item")).toHaveLength(50);
  expect(found.filter(({ kind }) => kind === "malformed")).toHaveLength(1);
});

test.each([
  ['{"Records":[{"a":1},{"b":', [{ a: 1 }], "ends inside a record"],
  ['{"Records":[{"a":1},', [{ a: 1 }], "ends inside a list of records"],
  ['{"Records":[{"a":1}],"b', [{ a: 1 }], "ends inside the object that holds the records"],
  ['[{"a":1}', [{ a: 1 }], "ends inside a list of records"],
  ['{"a":1}\n{"b', [{ a: 1 }], "ends inside a record"],
  ['{"a":"x\\', [], "ends inside a record"],
])("%s gives the records before its end, and says that it ends early", (text, values, early) => {
  for (let size = 1; size <= text.length; size++) {
    const found = split(text, size);
    expect(found.early).toBe(early);
    expect(found.found).toEqual(values.map((value) => ({ kind: "item", value })));
  }
});

test("records nested beyond measure are told, not parsed", () => {
  const deep = `${"[".repeat(80)}${"]".repeat(80)}`;
  expect(valuesIn(`{"x":${deep}}\n{"a":1}`)).toEqual(["nested more than 64 levels deep", { a: 1 }]);
});

test("text that is not UTF-8 is named as such", () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n{"b":2}')]);
  expect(valuesIn(bytes)).toEqual(["not UTF-8", { b: 2 }]);
});

test("what the bytes of a record become is for the caller to say", () => {
  const splitter = new RecordSplitter({
    recordBytesMax: MAX,
    decode: (bytes) => ({ kind: "item", value: bytes.length }),
  });
  splitter.push(Buffer.from('{"Records":[{"a":1},{"bb":22}]}'));
  expect(splitter.take()).toEqual([
    { kind: "item", value: 7 },
    { kind: "item", value: 9 },
  ]);
});
