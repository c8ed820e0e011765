import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The Pulumi CLI is only asked for its version while SST installs its platform; the program never runs under it here. */
const PULUMI_STUB = "#!/bin/sh\necho v3.215.0\n";
const INSTALL_SECONDS_MAX = 600;

/** SST's platform, which its types and its program need: installed below `.sst/` once and again for another SST. */
export function installPlatform(root: string): string {
  const platform = join(root, ".sst/platform");
  const wanted = versionOf(join(root, "node_modules/sst/package.json"));
  const mark = join(root, ".sst/installed");
  const isThere = existsSync(join(platform, "node_modules/@pulumi/aws")) && existsSync(mark);
  if (isThere && readFileSync(mark, "utf8") === wanted) return platform;
  console.error(`Installing the platform of SST ${wanted} below .sst/ ...`);
  const done = spawnSync("npx", ["sst", "install"], {
    cwd: root,
    env: installEnvironment(root),
    stdio: ["ignore", 2, 2],
    timeout: INSTALL_SECONDS_MAX * 1000,
  });
  if (done.status !== 0) throw new Error(`\`npx sst install\` ended with ${done.status ?? done.signal}`);
  writeFileSync(mark, wanted);
  return platform;
}

function versionOf(file: string): string {
  const found: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof found === "object" && found !== null && "version" in found) return String(found.version);
  throw new Error(`${file} names no version`);
}

function installEnvironment(root: string): NodeJS.ProcessEnv {
  // A folder of its own, so that a Pulumi the user has is neither used nor overwritten.
  const config = join(root, ".build/config");
  const stub = join(config, "sst/bin/pulumi");
  mkdirSync(join(config, "sst/bin"), { recursive: true });
  writeFileSync(stub, PULUMI_STUB);
  chmodSync(stub, 0o755);
  const registry = spawnSync("npm", ["config", "get", "registry"], { cwd: root, encoding: "utf8" }).stdout.trim();
  return {
    ...process.env,
    XDG_CONFIG_HOME: config,
    SST_STAGE: "dev",
    SST_NO_BUN: "1",
    SST_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    // The app is evaluated to learn its providers; these stand for what a user sets.
    ...EXAMPLE_SETTINGS,
    ...(registry.startsWith("http") ? { NPM_REGISTRY: registry.replace(/\/+$/, "") } : {}),
  };
}

/** What a user has to set, for a deployment that is only looked at. */
export const EXAMPLE_SETTINGS = {
  EPHOR_REGION: "eu-central-1",
  EPHOR_OWNER: "security-team",
  EPHOR_COST_CENTER: "4711",
  EPHOR_ALARM_EMAIL: "alarms@example.com",
} as const;
