import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const INSTALL_SECONDS_MAX = 600;

export type Venv = { readonly name: string; readonly requirements: readonly string[] };

/**
 * A Python environment of its own below `.build/`, with what is required and nothing else: made once, and again where the
 * requirements are others. Gives its interpreter. Throws a sentence where there is no Python or nothing can be installed.
 */
export function pythonVenv({ name, requirements }: Venv, root: string): string {
  const folder = join(root, ".build", `${name}-venv`);
  const python = join(folder, "bin/python");
  const mark = join(folder, "installed");
  const wanted = requirements.join("\n");
  if (existsSync(python) && existsSync(mark) && readFileSync(mark, "utf8") === wanted) return python;
  console.error(`Installing ${requirements.join(", ")} below .build/${name}-venv ...`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(root, ".build"), { recursive: true });
  run("python3", ["-m", "venv", folder], "Python 3.11 or newer with its module venv is needed, as `python3`");
  run(
    python,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...requirements],
    `pip cannot install ${requirements.join(", ")}`,
  );
  writeFileSync(mark, wanted);
  return python;
}

function run(command: string, args: readonly string[], needed: string): void {
  const done = spawnSync(command, args, { encoding: "utf8", timeout: INSTALL_SECONDS_MAX * 1000 });
  if (done.status === 0) return;
  throw new Error(`${needed}. ${done.error?.message ?? done.stderr.trim()}`);
}
