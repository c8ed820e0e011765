import { expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { DEFAULT_TENANT } from "../tenant.ts";
import { openRecord, parseLeaf } from "./open-record.ts";
import {
  LEAF_BYTES_MAX,
  PRIVATE_FIELDS,
  type RecordDraft,
  recordId,
  recordJsonSchema,
  SEALED_BYTES_MAX,
  type SealedRecord,
  sealRecord,
} from "./record.ts";
import { type Field, RECORD_FIELDS, RECORD_GROUPS } from "./record-fields.ts";
import { leafRecordSchema, recordSchema } from "./record-schema.ts";

const draft: RecordDraft = {
  idempotencyKey: "finding-recorded:1",
  time: "2026-01-02T03:04:05.678Z",
  tenant: DEFAULT_TENANT,
  entity_type: "finding",
  this: "fnd_0123456789abcdefghijklmnop",
  did: "recorded",
  who: "arn:aws:iam::123456789012:user/alice",
  resource: { type: "AWS::IAM::User", id: "alice" },
  reason: "Alice asked for it",
  value: null,
  window: { from: "2026-01-01T00:00:00.000Z", to: "2026-01-31T00:00:00.000Z" },
};
const salt = () => new Uint8Array(16).fill(9);

function sealed(more: Partial<RecordDraft> = {}): SealedRecord {
  const result = sealRecord({ ...draft, ...more }, { salt });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refused(more: Record<string, unknown>): { message: string; path: string | undefined } {
  const result = sealRecord({ ...draft, ...more } as RecordDraft, { salt });
  if (result.ok) throw new Error("it was not refused");
  expect(result.error.code).toBe("ledger.record-invalid");
  return { message: result.error.message, path: result.error.path };
}

test("no private value stands in the leaf, and all come back when it is opened", () => {
  const record = sealed();
  expect(record.leaf).not.toMatch(/alice/i);
  const opened = openRecord(record);
  const { idempotencyKey, ...stated } = draft;
  expect(opened).toEqual({
    ok: true,
    value: { record: { ...stated, v: 1, id: recordId(DEFAULT_TENANT, idempotencyKey) }, erased: [] },
  });
});

test("every field that can be private is sealed", () => {
  const values = Object.fromEntries(
    PRIVATE_FIELDS.map((field) => [field, field === "resource" ? { a: "secret" } : "secret"]),
  );
  const record = sealed(values);
  expect(record.leaf).not.toContain("secret");
  expect(Object.keys(record.sealed).sort()).toEqual(PRIVATE_FIELDS.toSorted());
});

test("an erased value leaves the leaf as it was, and is named", () => {
  const record = sealed();
  const { who, ...rest } = record.sealed;
  expect(who).toBeDefined();
  const opened = openRecord({ leaf: record.leaf, sealed: rest });
  expect(opened.ok && opened.value.erased).toEqual(["who"]);
  expect(opened.ok && "who" in opened.value.record).toBe(false);
  const none = openRecord({ leaf: record.leaf, sealed: null });
  expect(none.ok && none.value.erased).toEqual(["who", "reason", "resource"]);
});

test.each<[string, (values: JsonObject) => JsonObject, string]>([
  ["another value", (v) => ({ ...v, who: { ...(v["who"] as JsonObject), value: "bob" } }), "/who"],
  ["another salt", (v) => ({ ...v, who: { ...(v["who"] as JsonObject), salt: "AAAAAAAAAAAAAAAAAAAAAA" } }), "/who"],
  ["the value of another field", (v) => ({ ...v, who: v["reason"] as JsonObject }), "/who"],
  ["a value for a field that the leaf has not", (v) => ({ ...v, owner: v["who"] as JsonObject }), "/owner"],
  ["a value for a public field", (v) => ({ ...v, status: v["who"] as JsonObject }), "/status"],
  ["something added to a value", (v) => ({ ...v, who: { ...(v["who"] as JsonObject), x: 1 } }), "/who"],
  ["no object at all", (v) => ({ ...v, who: "alice" }), "/who"],
])("%s beside a leaf is refused", (_, tamper, path) => {
  const record = sealed();
  const opened = openRecord({ leaf: record.leaf, sealed: tamper(record.sealed as JsonObject) });
  expect(opened.ok ? undefined : opened.error.path).toBe(path);
});

test("equal values get unlike commitments from unlike salts", () => {
  let n = 0;
  const result = sealRecord(
    { ...draft, owner: "alice", author: "alice" },
    { salt: () => new Uint8Array(16).fill(n++) },
  );
  const leaf = result.ok ? JSON.parse(result.value.leaf) : {};
  expect(leaf.owner.sha256).not.toBe(leaf.author.sha256);
});

test("a salt too short to hide a value is a bug", () => {
  expect(() => sealRecord(draft, { salt: () => new Uint8Array(15) })).toThrow(/16 bytes/);
});

test("the same fact has the same id, in its tenant only", () => {
  expect(sealed().id).toBe(sealed({ did: "resolved" }).id);
  expect(sealed({ idempotencyKey: "x" }).id).not.toBe(sealed().id);
  expect(recordId("a" as typeof DEFAULT_TENANT, "bc")).not.toBe(recordId("ab" as typeof DEFAULT_TENANT, "c"));
});

test("a field given as undefined is as good as absent", () => {
  expect(sealed({ status: undefined, owner: undefined }).leaf).toBe(sealed().leaf);
});

test.each([
  [{ surprise: 1 }, "/surprise", /metadata/],
  [{ did: undefined }, "/did", /expected a value/],
  [{ did: "was recorded" }, "/did", /./],
  [{ time: "2026-02-30T00:00:00.000Z" }, "/time", /./],
  [{ time: "2026-02-03T00:00:00Z" }, "/time", /./],
  [{ entity_type: "thing" }, "/entity_type", /./],
  [{ account: "12345" }, "/account", /./],
  [{ duration_ms: -1 }, "/duration_ms", /./],
  [{ generation: 1.5 }, "/generation", /./],
  [{ related: Array.from({ length: 101 }, () => "x") }, "/related", /./],
  [{ roles: ["a b"] }, "/roles/0", /./],
  [{ window: { from: draft.time } }, "/window/to", /./],
  [{ metadata: { deep: { x: Number.NaN } } }, "/metadata/deep/x", /finite/],
  [{ input: { x: "\ud800" } }, "/input/x", /surrogate/],
  [{ metadata: ["not an object"] }, "/metadata", /./],
])("%j is refused at its place", (more, path, message) => {
  const error = refused(more);
  expect(error.path).toBe(path);
  expect(error.message).toMatch(message);
});

test("a record at the bound is taken, one byte more is refused", () => {
  const bare = sealed({ metadata: { x: "" } }).leaf.length;
  expect(sealed({ metadata: { x: "x".repeat(LEAF_BYTES_MAX - bare) } }).leaf).toHaveLength(LEAF_BYTES_MAX);
  expect(refused({ metadata: { x: "x".repeat(LEAF_BYTES_MAX - bare + 1) } }).message).toMatch(/65535 bytes, got 65536/);
  expect(refused({ metadata: { x: "é".repeat(LEAF_BYTES_MAX / 2) } }).message).toMatch(/at most 65535 bytes/);
  expect(refused({ input: "x".repeat(SEALED_BYTES_MAX) }).message).toMatch(/private values/);
});

test.each([
  ["not JSON", "{"],
  ["not an object", "[]"],
  ["not canonical", '{"v": 1}'],
  ["not a record", "{}"],
  ["too large", `"${"x".repeat(70_000)}"`],
])("a leaf that is %s is refused", (_, leaf) => {
  expect(parseLeaf(leaf).ok).toBe(false);
});

test("a leaf with a private value in the open is refused", () => {
  const leaf = sealed().leaf.replace(/"who":\{[^}]*\}/, '"who":"alice"');
  const parsed = parseLeaf(leaf);
  expect(parsed.ok ? undefined : parsed.error.path).toBe("/who");
});

test("the cheap question about a value and its schema agree", () => {
  const values: unknown[] = [
    undefined,
    null,
    "",
    "x",
    "a b",
    "x".repeat(600),
    0,
    -1,
    1.5,
    Number.NaN,
    2 ** 60,
    true,
    [],
    {},
  ];
  values.push(
    ["x"],
    ["a b"],
    [1],
    { x: 1 },
    "123456789012",
    draft.time,
    "2026-13-01T00:00:00.000Z",
    DEFAULT_TENANT,
    "A!",
  );
  values.push(
    "a".repeat(64),
    `sha256:${"A".repeat(43)}`,
    { sha256: "A".repeat(43) },
    { sha256: "x" },
    { sha256: "A".repeat(43), x: 1 },
  );
  values.push(
    { code: "a", message: "b" },
    draft.window,
    { origin: "o", size: 1, root: "r" },
    recordId(DEFAULT_TENANT, "k"),
  );
  const fields: Readonly<Record<string, Field>> = RECORD_FIELDS;
  for (const [name, { schema, holds, required }] of Object.entries(fields)) {
    for (const value of values) {
      if (value === undefined && !required) continue;
      expect([name, value, holds(value)]).toEqual([name, value, schema.safeParse(value).success]);
    }
  }
});

test("a sealed record is valid by both published schemas", () => {
  const record = sealed();
  expect(leafRecordSchema.safeParse(JSON.parse(record.leaf)).success).toBe(true);
  const opened = openRecord(record);
  expect(opened.ok && recordSchema.safeParse(opened.value.record).success).toBe(true);
});

test("the published schema names every field once, with its meaning, and takes no other", () => {
  const names = Object.values(RECORD_GROUPS).flatMap((group) => Object.keys(group));
  expect(new Set(names).size).toBe(names.length);
  for (const form of ["open", "leaf"] as const) {
    const schema = recordJsonSchema(form);
    const properties = schema["properties"] as Record<string, { description?: string }>;
    expect(Object.keys(properties)).toEqual(names);
    expect(Object.values(properties).every(({ description }) => (description ?? "").length > 10)).toBe(true);
    expect(schema["additionalProperties"]).toBe(false);
    expect(schema["required"]).toEqual(["v", "id", "time", "tenant", "entity_type", "this", "did"]);
  }
});
