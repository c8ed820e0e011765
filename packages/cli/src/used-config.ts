import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import type { Config } from "@ephor/domain/config/config";
import { policyWarnings } from "@ephor/domain/config/policy-warnings";
import type { TimelineEntry } from "@ephor/domain/timeline";
import { CONFIG_FILE } from "@ephor/node/load-config";
import { type Invocation, text } from "./command.ts";

/** What a configuration may hold and hardly means, a sentence each; the detections are those that run under it. */
export const warningsOf = (config: Config): readonly string[] =>
  policyWarnings(config, { detections: catalogueFor(config).map(({ id }) => id) });

/** Which configuration a command reads, in words: the file's whole path, or that there is none. */
export function configSourceOf({ values }: Pick<Invocation, "values">): string {
  const given = text(values, "config");
  if (given !== undefined) return resolve(given);
  return existsSync(CONFIG_FILE) ? resolve(CONFIG_FILE) : "the built-in defaults";
}

/** Which configuration answers here, and what of it is hardly meant; a node answers by its own. */
export type UsedConfig = {
  readonly source: string;
  readonly policyVersion: number;
  readonly warnings: readonly string[];
};

export const usedConfig = (invocation: Invocation, config: Config): UsedConfig => ({
  source: configSourceOf(invocation),
  policyVersion: config.responsePolicy.version,
  warnings: warningsOf(config),
});

type Told = { readonly id: string; readonly timeline: readonly TimelineEntry[] };
const POLICY = /^policy (?<version>\d+)$/;
const ASKS = / asks for: (?<mode>\w+)$/;

/** Where the finding's own story tells of another policy than the one that answers here, by its version or by its answer. */
export function otherPolicy(used: UsedConfig, { finding, mode }: { finding: Told; mode: string }): readonly string[] {
  const entry = finding.timeline.findLast(({ kind, by }) => kind === "response.requested" && POLICY.test(by));
  if (entry === undefined) return [];
  const version = POLICY.exec(entry.by)?.groups?.["version"];
  const asked = ASKS.exec(entry.text)?.groups?.["mode"];
  if (version === String(used.policyVersion) && (asked === undefined || asked === mode)) return [];
  const node = `the node answered ${finding.id} by policy version ${version}${asked === undefined ? "" : ` with ${asked}`}`;
  return [
    `${node}, here ${used.source} with version ${used.policyVersion} says ${mode}: name the node's with --config`,
  ];
}
