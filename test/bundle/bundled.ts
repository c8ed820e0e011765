import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { FUNCTIONS, type FunctionSpec } from "../../functions/functions.ts";
import { type BundleSize, bundleFunctions } from "../../functions/support/bundle.ts";
import type { EnvironmentName } from "../../functions/support/environment.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Every function's bundle in a folder of its own, outside the project: nothing is found there that is not in it. */
export async function bundleAll(
  functions: readonly FunctionSpec[] = FUNCTIONS,
): Promise<{ sizes: ReadonlyMap<string, BundleSize>; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "ephor-bundles-"));
  const sizes = await bundleFunctions(functions, { root: ROOT, folder: relative(ROOT, folder) });
  return { sizes, folder };
}

/** A value that fits, for every variable there is. */
export const FITTING: { readonly [N in EnvironmentName]: string } = {
  EPHOR_VERSION: "0.1.0",
  EPHOR_CONFIG: "{}",
  EPHOR_TABLE: "ephor",
  EPHOR_BUCKET: "ephor-evidence",
  EPHOR_BUCKET_KEY: "arn:aws:kms:eu-central-1:111122223333:key/1",
  EPHOR_LEDGER_KEY: "arn:aws:kms:eu-central-1:111122223333:key/2",
  EPHOR_CURSOR_KEY: "arn:aws:kms:eu-central-1:111122223333:key/3",
  EPHOR_LINK_KEY: "arn:aws:kms:eu-central-1:111122223333:key/4",
  EPHOR_SNAPSHOT_KEY: "arn:aws:kms:eu-central-1:111122223333:key/5",
  EPHOR_REMEDIATION_ROLE: "arn:aws:iam::111122223333:role/ephor-test-remediation",
  EPHOR_REMEDIATION_EXTERNAL_ID: "ephor-test-remediation-111122223333",
  EPHOR_INBOX_QUEUE: "https://sqs.eu-central-1.amazonaws.com/111122223333/inbox",
  EPHOR_BUS: "ephor",
  EPHOR_WORKFLOW_ARNS: '{"respond":"arn:aws:states:eu-central-1:111122223333:stateMachine:respond"}',
};

/** What Lambda itself sets, as far as the bundles look at it, and `stacks/` for each of them. */
export const LAMBDA = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_LAMBDA_FUNCTION_NAME: "ephor",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_XRAY_CONTEXT_MISSING: "IGNORE_ERROR",
  NODE_OPTIONS: "--enable-source-maps",
};

const LOAD = `
  const before = performance.now();
  const { handler } = await import(process.argv[1]);
  console.log(JSON.stringify({ milliseconds: performance.now() - before, type: typeof handler, node: process.versions.node }));
`;

export type Loaded =
  | { readonly ok: true; readonly milliseconds: number; readonly type: string; readonly node: string }
  | { readonly ok: false; readonly stderr: string };

/** Loads a bundle in a process of its own, with that environment and no other. */
export async function loadBundle(file: string, environment: Readonly<Record<string, string>>): Promise<Loaded> {
  const run = promisify(execFile);
  try {
    const env = { ...LAMBDA, ...environment };
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", LOAD, file], { env, cwd: tmpdir() });
    const { milliseconds, type, node } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    return { ok: true, milliseconds, type, node };
  } catch (error) {
    return { ok: false, stderr: error instanceof Error && "stderr" in error ? String(error.stderr) : String(error) };
  }
}

export const environmentFor = (names: readonly EnvironmentName[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, FITTING[name]]));
