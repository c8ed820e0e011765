import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../../packages/cli/package.json" with { type: "json" };

const BIN = fileURLToPath(new URL(`../../packages/cli/${manifest.bin.ephor}`, import.meta.url));
/** A Node of another version, that reads no TypeScript. */
const older = (version: string): readonly string[] => [
  "--no-experimental-strip-types",
  "--import",
  `data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`,
];

type Ended = { readonly code: number | string | null; readonly stdout: string; readonly stderr: string };
const runBin = (flags: readonly string[], args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...flags, BIN, ...args], { cwd: tmpdir(), env: {} }, (cause, stdout, stderr) =>
      resolve({ code: cause === null ? 0 : (cause.code ?? null), stdout, stderr }),
    );
  });

test("the bin may be run as it is, and is the command line", async () => {
  expect(() => accessSync(BIN, constants.X_OK)).not.toThrow();
  const said = await runBin(["--disable-warning=ExperimentalWarning"], ["--version"]);
  expect(said).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
});

test("a Node that is too old says so in one line instead of where it broke", async () => {
  const { code, stdout, stderr } = await runBin(older("20.20.2"), ["--version"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^ephor: needs Node 24 or newer, this is 20\.20\.2; .*\n$/);
});
