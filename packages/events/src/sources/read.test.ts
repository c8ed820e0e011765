import { expect, test } from "vitest";
import { booleanAt, documentAt, listAt, numberAt, objectAt, objectsAt, textAt, textsAt, valueAt } from "./read.ts";

const DATA = {
  text: "t",
  empty: "",
  number: 5,
  yes: "True",
  no: "false",
  bare: true,
  nothing: null,
  list: ["a", { b: 1 }, 2],
  "dotted.name": { x: "y" },
  ec2: { items: [{ c: "d" }] },
  policy: '{"Statement":[]}',
  encoded: encodeURIComponent('{"Statement":[1]}'),
};

test("a path names members and items; an own name with a dot goes in a list", () => {
  expect(valueAt(DATA, "list.1.b")).toBe(1);
  expect(valueAt(DATA, ["dotted.name", "x"])).toBe("y");
  expect(valueAt(DATA, "")).toBe(DATA);
  expect(valueAt(DATA, "nothing")).toBeNull();
});

test("nothing is found beyond what the data itself has", () => {
  for (const path of [
    "absent",
    "text.length",
    "constructor",
    "__proto__",
    "list.length",
    "list.9",
    "nothing.a",
    "number.a",
  ]) {
    expect(textAt(DATA, path)).toBeUndefined();
    expect(objectAt(DATA, path)).toBeUndefined();
  }
  expect(valueAt(DATA, "constructor")).toBeUndefined();
  expect(valueAt(undefined, "a")).toBeUndefined();
});

test("a value of another type is not there", () => {
  expect(textAt(DATA, "text")).toBe("t");
  expect(textAt(DATA, "empty")).toBeUndefined();
  expect(textAt(DATA, "number")).toBeUndefined();
  expect(numberAt(DATA, "number")).toBe(5);
  expect(numberAt(DATA, "text")).toBeUndefined();
  expect(objectAt(DATA, "list.1")).toEqual({ b: 1 });
  expect(objectAt(DATA, "list")).toBeUndefined();
});

test("yes and no are read however they are written", () => {
  expect(["yes", "no", "bare", "text", "number"].map((path) => booleanAt(DATA, path))).toEqual([
    true,
    false,
    true,
    undefined,
    undefined,
  ]);
});

test("a list is a list also inside `items`, and one text is a list of it", () => {
  expect(listAt(DATA, "list")).toEqual(DATA.list);
  expect(objectsAt(DATA, "ec2")).toEqual([{ c: "d" }]);
  expect(objectsAt(DATA, "list")).toEqual([{ b: 1 }]);
  expect(textsAt(DATA, "list")).toEqual(["a"]);
  expect(textsAt(DATA, "text")).toEqual(["t"]);
  for (const path of ["absent", "text", "list.1", "number"]) expect(listAt(DATA, path)).toEqual([]);
});

test("a document is read in the open, as text and percent-encoded", () => {
  expect(documentAt(DATA, "policy")).toEqual({ Statement: [] });
  expect(documentAt(DATA, "encoded")).toEqual({ Statement: [1] });
  expect(documentAt(DATA, "ec2")).toBe(DATA.ec2);
  for (const text of ["not JSON", "%7Bbroken", "%zz", ""]) expect(documentAt({ text }, "text")).toBeUndefined();
  expect(documentAt(DATA, "number")).toBeUndefined();
  expect(documentAt({ text: `${"[".repeat(60)}1${"]".repeat(60)}` }, "text")).toBeUndefined();
});
