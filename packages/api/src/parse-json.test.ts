import { describe, expect, test } from "vitest";
import { JSON_DEPTH_MAX, parseJson } from "./parse-json.ts";

const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`;

describe("JSON", () => {
  test("is read as deep as is allowed, and no deeper", () => {
    expect(parseJson(nested(JSON_DEPTH_MAX))).toMatchObject({ ok: true });
    expect(parseJson(nested(JSON_DEPTH_MAX + 2))).toMatchObject({ ok: false, error: { code: "input.invalid" } });
    expect(parseJson("[".repeat(5_000_000))).toMatchObject({ ok: false });
  });

  test("may hold any bracket, quote and backslash inside strings", () => {
    for (const value of ["[".repeat(1000), `"${"{".repeat(100)}`, "\\", `\\"${"[".repeat(100)}`, "\\\\"]) {
      const text = JSON.stringify([value, value]);
      expect(parseJson(text)).toEqual({ ok: true, value: [value, value] });
    }
  });

  test("that is none is said to be none, with its place and without its text", () => {
    for (const text of ["", "{", '{"a":}', "nul", '"open', `"${"\\".repeat(99)}`, "hunter2".repeat(20)]) {
      const parsed = parseJson(text);
      expect(parsed).toMatchObject({ ok: false, error: { code: "input.invalid" } });
      expect(JSON.stringify(parsed)).not.toContain("hunter2");
    }
    expect(parseJson('{"a": x}')).toMatchObject({ error: { message: "expected JSON: Unexpected token 'x'" } });
    expect(parseJson('{"a":1')).toMatchObject({ error: { message: expect.stringContaining("at position 6") } });
    expect(parseJson("undefined")).toMatchObject({ error: { message: "expected JSON: got text that is not" } });
  });
});
