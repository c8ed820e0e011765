import type { Tenant } from "@ephor/domain/tenant";
import { parseTenant } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { openCursor, positionOf, sealCursor } from "./cursor.ts";

const KEY = new Uint8Array(32).fill(1);
function tenantOf(name: string): Tenant {
  const tenant = parseTenant(name);
  if (!tenant.ok) throw new Error(name);
  return tenant.value;
}
const scope = { tenant: tenantOf("acme"), filter: { list: "findings", severity: "high", status: undefined } };
const position = { pk: "finding#1", sk: "@", at: { pk: "open#3", sk: "2026" } };
const INVALID = { ok: false, error: { code: "cursor.invalid", path: "cursor" } };

describe("a cursor", () => {
  const cursor = sealCursor(KEY, { ...scope, position });

  test("opens for the same tenant and filter, and is safe in a URL", () => {
    expect(openCursor(KEY, { ...scope, cursor })).toEqual({ ok: true, value: position });
    const reordered = { tenant: scope.tenant, filter: { severity: "high", list: "findings" } };
    expect(openCursor(KEY, { ...reordered, cursor })).toEqual({ ok: true, value: position });
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  test("opens for nobody else, for no other list, and under no other key", () => {
    const { tenant, filter } = scope;
    const others = [
      { tenant: tenantOf("other"), filter },
      { tenant, filter: { ...filter, severity: "low" } },
      { tenant, filter: { ...filter, status: "open" } },
      { tenant, filter: { list: "findings" } },
      { tenant, filter: { "list#severity": "findings#high" } },
    ];
    for (const other of others) expect(openCursor(KEY, { ...other, cursor })).toMatchObject(INVALID);
    expect(openCursor(new Uint8Array(32), { ...scope, cursor })).toMatchObject(INVALID);
  });

  test("changed in any character, opens for nobody", () => {
    for (let i = 0; i < cursor.length; i++) {
      const changed = `${cursor.slice(0, i)}${cursor.charAt(i) === "A" ? "B" : "A"}${cursor.slice(i + 1)}`;
      const opened = openCursor(KEY, { ...scope, cursor: changed });
      // The last digit of base64url carries spare bits, so that one change may leave the bytes as they were.
      if (opened.ok) expect(i).toBe(cursor.length - 1);
      else expect(opened).toMatchObject(INVALID);
    }
  });

  test("that was never one is refused, however long", () => {
    for (const text of ["", ".", "a.b", "é", `${"a".repeat(10_000)}.${"a".repeat(43)}`, cursor.split(".")[0] ?? ""]) {
      expect(openCursor(KEY, { ...scope, cursor: text })).toMatchObject(INVALID);
    }
  });
});

test("a position of the store is one only in its own shape", () => {
  expect(positionOf(position)).toEqual({ ok: true, value: position });
  for (const value of [null, "x", [], { pk: "a" }, { pk: 1, sk: "b" }, { pk: "a", sk: "b", at: {} }]) {
    expect(positionOf(value)).toMatchObject(INVALID);
  }
});
