import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { pythonVenv } from "../emulator/python-venv.ts";
import { REMEDIATION_ROLE_TEMPLATE } from "./remediation-role.ts";

/** `node test/docs/lint-templates.ts`: AWS's rules for CloudFormation over the templates that ship. Exit 1 where one breaks any. */
const ROOT = resolve(import.meta.dirname, "../..");
const VENV = { name: "cfn-lint", requirements: ["cfn-lint==1.41.0"] };

const python = pythonVenv(VENV, ROOT);
const lint = join(python, "../cfn-lint");
const done = spawnSync(lint, ["--non-zero-exit-code", "informational", REMEDIATION_ROLE_TEMPLATE], {
  cwd: ROOT,
  stdio: "inherit",
});
if (done.status === 0) console.log(`${REMEDIATION_ROLE_TEMPLATE}: cfn-lint finds nothing`);
process.exitCode = done.status === 0 ? 0 : 1;
