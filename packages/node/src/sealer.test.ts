import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keySealer } from "./sealer.ts";

const random = { bytes: (count: number) => randomBytes(count) };
const key = randomBytes(32);
const sealer = keySealer({ key, random });
const context = "snapshot default fnd_1 1 hash";
const text = JSON.stringify({ rules: ["0.0.0.0/0"], name: "Zürich" });

describe("a sealed text", () => {
  test("opens for what it was sealed for, and shows nothing", async () => {
    const sealed = await sealer.seal({ text, context });
    expect(await sealer.open({ sealed, context })).toBe(text);
    expect(Buffer.from(sealed.split(".")[1] ?? "", "base64url").includes("0.0.0.0")).toBe(false);
  });

  test("is another each time", async () => {
    const [one, other] = [await sealer.seal({ text, context }), await sealer.seal({ text, context })];
    expect(one).not.toBe(other);
  });

  test("opens for no other context and with no other key", async () => {
    const sealed = await sealer.seal({ text, context });
    await expect(sealer.open({ sealed, context: `${context}2` })).rejects.toThrow();
    await expect(keySealer({ key: randomBytes(32), random }).open({ sealed, context })).rejects.toThrow();
  });

  test("opens with no byte changed, none missing and none more", async () => {
    const sealed = await sealer.seal({ text, context });
    const bytes = Buffer.from(sealed.slice("aes1.".length), "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(sealer.open({ sealed: `aes1.${changed.toString("base64url")}`, context })).rejects.toThrow();
    }
    for (const cut of ["aes1.", "", "kms1.abc", sealed.slice(0, -4), `${sealed}.x`, `${sealed}AAAA`]) {
      await expect(sealer.open({ sealed: cut, context })).rejects.toThrow();
    }
  });
});
