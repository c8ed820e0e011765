import { accessSync, constants, existsSync, statSync } from "node:fs";
import { adminTokenIn, cursorKeyIn, databaseIn, ledgerKeyIn, linkKeyIn, sealingKeyIn } from "@ephor/node/data-folder";
import { loadConfig } from "@ephor/node/load-config";
import { topologyFor } from "@ephor/node/topology-for";
import { checkApplying } from "../check-applying.ts";
import { checkLedger } from "../check-ledger.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { type Check, printChecks } from "../print-checks.ts";
import { dataFolderOf, nodeUrlOf } from "../settings.ts";
import { configSourceOf, warningsOf } from "../used-config.ts";
import { VERSION } from "../version.ts";

type Look = (invocation: Invocation) => Check | Promise<Check>;

const LOOKS: readonly Look[] = [
  nodeVersion,
  configuration,
  dataFolder,
  secretModes,
  running,
  checkLedger,
  checkApplying,
];
/** What a node keeps in its data folder that nobody else may read. */
const secretsIn = (folder: string): readonly string[] => [
  adminTokenIn(folder),
  ledgerKeyIn(folder),
  cursorKeyIn(folder),
  linkKeyIn(folder),
  sealingKeyIn(folder),
];
const OTHERS = 0o077;
const REMEDY = "chmod 600 each; what others could read is no secret any more";
const ANSWER_MS = 5_000;

/** Says what is wrong with this installation, and what to do. Exit 1 when something fails. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const checks: Check[] = [];
  for (const look of LOOKS) checks.push(await look(invocation));
  await printChecks(invocation, checks);
  return checks.some(({ state }) => state === "fail") ? EXIT.failed : EXIT.done;
}

function nodeVersion(): Check {
  return { check: "version", state: "pass", found: `Ephor ${VERSION} on Node ${process.versions.node}` };
}

function configuration(invocation: Invocation): Check {
  const check = "configuration";
  const config = loadConfig(text(invocation.values, "config"));
  if (!config.ok) return { check, state: "fail", found: config.error.message };
  const topology = topologyFor(config.value);
  if (!topology.ok) return { check, state: "fail", found: topology.error.message };
  const accounts = Object.keys(config.value.accounts).length;
  const { rules, version } = config.value.responsePolicy;
  const valid = `${configSourceOf(invocation)}: valid; ${accounts} accounts, ${rules.length} policy rules, policy version ${version}`;
  const warnings = warningsOf(config.value).map((warning) => `warning: ${warning}`);
  return { check, state: "pass", found: [valid, ...warnings, NODES_OWN].join("\n") };
}

const NODES_OWN = "a node reads the one that it was started with, which may be another";

function dataFolder(invocation: Invocation): Check {
  const check = "data folder";
  const folder = dataFolderOf(invocation);
  if (!existsSync(databaseIn(folder)))
    return { check, state: "unknown", found: `${folder} has no store yet; \`ephor start\` makes one` };
  try {
    accessSync(databaseIn(folder), constants.R_OK | constants.W_OK);
    return { check, state: "pass", found: `${folder}, ${storeBytes(databaseIn(folder))} bytes` };
  } catch (cause) {
    return {
      check,
      state: "fail",
      found: `${folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    };
  }
}

/** A commit stands in the write-ahead log before it stands in the file. */
const storeBytes = (database: string): number =>
  statSync(database).size + (statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0);

function secretModes(invocation: Invocation): Check {
  const check = "secrets";
  const secrets = secretsIn(dataFolderOf(invocation));
  const missing = secrets.filter((file) => !existsSync(file));
  const open = secrets.filter((file) => !missing.includes(file) && (statSync(file).mode & OTHERS) !== 0);
  if (open.length > 0)
    return { check, state: "fail", found: `${open.map((file) => `others may read ${file}`).join("\n")}\n${REMEDY}` };
  if (missing.length > 0)
    return { check, state: "unknown", found: `${missing.join(", ")} not there; the first start makes them` };
  return { check, state: "pass", found: `${secrets.length} files, each readable by its owner alone` };
}

async function running(invocation: Invocation): Promise<Check> {
  const check = "node";
  const found = nodeUrlOf(invocation);
  if (!found.ok) return { check, state: "fail", found: found.error.message };
  const url = found.value;
  try {
    const answer = await fetch(new URL("/ready", url), { signal: AbortSignal.timeout(ANSWER_MS), redirect: "error" });
    return {
      check,
      state: answer.ok ? "pass" : "fail",
      found: `${url} answers ${answer.status}: ${(await answer.text()).slice(0, 200)}`,
    };
  } catch (cause) {
    const { cause: inner } = cause instanceof Error ? cause : {};
    const reason = inner instanceof Error ? inner.message : String(cause);
    return { check, state: "unknown", found: `${url} does not answer (${reason}); is a node running there?` };
  }
}
