import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { secretOf } from "./secret-of.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ephor-secret-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a secret is what its variable or file holds, without the line break at the end", async () => {
  const file = join(aFolder(), "key");
  writeFileSync(file, "from a file\n");
  const read = secretOf({ KEY: "from a variable" });
  expect(await read("env:KEY")).toEqual({ ok: true, value: "from a variable" });
  expect(await read(`file:${file}`)).toEqual({ ok: true, value: "from a file" });
});

test("what is not there, empty, too large or no reference is unset; the error names the reference alone", async () => {
  const folder = aFolder();
  writeFileSync(join(folder, "large"), "x".repeat(65 * 1024));
  mkdirSync(join(folder, "folder"));
  const read = secretOf({ EMPTY: "" });
  for (const reference of [
    "env:GONE",
    "env:EMPTY",
    "file:/nowhere",
    "KEY",
    `file:${folder}/large`,
    `file:${folder}/folder`,
  ]) {
    const result = await read(reference);
    expect(result).toMatchObject({ ok: false, error: { code: "secret.unset", path: reference } });
  }
});
