import { DEFAULT_TENANT, parseTenant } from "@ephor/domain/tenant";
import { describe, expect, test } from "vitest";
import { makeSecret, readSecret, sameSecret } from "./secret-text.ts";

let calls = 0;
const random = { bytes: (count: number) => Uint8Array.from({ length: count }, (_, i) => (++calls * 37 + i) % 256) };

describe("a secret text", () => {
  test("reads back as what was kept of it, for every tenant name there can be", () => {
    for (const name of ["default", "a", "a-b-c", "0", `${"a".repeat(62)}-`]) {
      const tenant = parseTenant(name);
      if (!tenant.ok) throw new Error(name);
      const { text, ...kept } = makeSecret(random, { prefix: "eph", tenant: tenant.value });
      expect(readSecret("eph", text)).toEqual(kept);
      expect(JSON.stringify(kept)).not.toContain(text.slice(-48));
    }
  });

  test("of one kind is not one of another", () => {
    const { text } = makeSecret(random, { prefix: "lnk", tenant: DEFAULT_TENANT });
    expect(readSecret("ses", text)).toBeUndefined();
    expect(readSecret("ses", text.replace("lnk", "ses"))).not.toEqual(readSecret("lnk", text));
  });

  test("in any other form is none", () => {
    const { text } = makeSecret(random, { prefix: "eph", tenant: DEFAULT_TENANT });
    for (const bad of ["", "eph", ` ${text}`, `${text}\n`, `${text}0`, text.slice(0, -1), text.replace("-", "_")]) {
      expect(readSecret("eph", bad)).toBeUndefined();
    }
    expect(readSecret("eph", `eph_${"0".repeat(16)}--acme_${"0".repeat(48)}`)).toBeUndefined();
  });

  test("compares by bytes, whatever the length", () => {
    expect(sameSecret("abc", "abc")).toBe(true);
    expect(sameSecret("abc", "abd")).toBe(false);
    expect(sameSecret("abc", "ab")).toBe(false);
    expect(sameSecret("é", "ee")).toBe(false);
    expect(sameSecret("é", "e")).toBe(false);
  });
});
