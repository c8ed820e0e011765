import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataFolder, writePrivate } from "@ephor/node/data-folder";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { run } from "./doctor.ts";

const checks = z.array(z.object({ check: z.string(), state: z.string(), found: z.string() }));

/** A data folder as a first start leaves it. */
function aDataFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "ephor-doctor-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const opened = openDataFolder(path);
  if (!opened.ok) throw new Error(opened.error.message);
  writePrivate(opened.value.adminToken, "a token\n");
  return path;
}

async function checkOf(data: string, name: string) {
  let said = "";
  const code = await run({
    args: [],
    values: { data, url: "http://127.0.0.1:9" },
    io: {
      ...{ env: {}, isTty: false, say: () => undefined, status: () => undefined },
      stdin: (async function* () {})(),
      async out(text) {
        said += text;
      },
      stopRequested: () => new Promise(() => undefined),
    },
  });
  const check = checks.parse(JSON.parse(said)).find((one) => one.check === name);
  return { code, ...check };
}

const modeOf = (file: string): number => statSync(file).mode & 0o777;

test("every secret of a data folder that others may read is named, and fails", async () => {
  const data = aDataFolder();
  expect(await checkOf(data, "secrets")).toMatchObject({ code: 0, state: "pass" });
  const secrets = readdirSync(data).filter((name) => modeOf(join(data, name)) === 0o600);
  expect(secrets.sort()).toEqual(["admin-token", "cursor-key", "ledger-key.pem", "link-key", "sealing-key"]);
  for (const name of secrets) {
    chmodSync(join(data, name), 0o640);
    const check = await checkOf(data, "secrets");
    expect(check).toMatchObject({ code: 1, state: "fail", found: expect.stringContaining(join(data, name)) });
    for (const other of secrets) expect(check.found?.includes(other)).toBe(other === name);
    chmodSync(join(data, name), 0o600);
  }
});

test("a secret that is missing is unknown, never a pass, and no excuse for one that others may read", async () => {
  const data = aDataFolder();
  rmSync(join(data, "cursor-key"));
  expect(await checkOf(data, "secrets")).toMatchObject({
    ...{ code: 0, state: "unknown", found: expect.stringContaining("cursor-key") },
  });
  chmodSync(join(data, "ledger-key.pem"), 0o644);
  expect(await checkOf(data, "secrets")).toMatchObject({ code: 1, state: "fail" });
});

test("the store's size is that of its file and of the log that is not yet merged into it", async () => {
  const data = aDataFolder();
  writeFileSync(join(data, "ephor.db"), "x".repeat(1000));
  expect((await checkOf(data, "data folder")).found).toContain("1000 bytes");
  writeFileSync(join(data, "ephor.db-wal"), "x".repeat(234));
  expect((await checkOf(data, "data folder")).found).toContain("1234 bytes");
});
