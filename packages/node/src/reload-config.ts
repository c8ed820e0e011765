import { createHash } from "node:crypto";
import { appendRecord } from "@ephor/app/ledger-record";
import { OWN_ACCOUNT, OWN_REGION, ownEvent } from "@ephor/app/own-event";
import type { Clock, Inbox, Log, Random, Store } from "@ephor/app/ports";
import { canonicalJson } from "@ephor/domain/canonical-json";
import type { Config } from "@ephor/domain/config/config";
import type { EphorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { Result } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";

/**
 * What a running node takes over from a changed file, into the objects that its parts hold already. The rest is put
 * together at a start: channels and roles come with clients and secrets of their own.
 */
function takeOver(config: Config, from: Config): void {
  Object.assign(config.responsePolicy, from.responsePolicy);
  Object.assign(config.remediation, { enabled: from.remediation.enabled });
  Object.assign(config, { people: from.people, groups: from.groups });
}

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly inbox: Inbox;
  readonly log: Log;
  /** The node's one configuration: what is taken over is put into this very object. */
  readonly config: Config;
  readonly reread: () => Result<Config, EphorError<"config.invalid" | "config.unreadable">>;
};
export type Reloaded = "unchanged" | "reloaded" | "refused";

const digestOf = (value: unknown): string =>
  createHash("sha256")
    .update(canonicalJson(value as JsonObject))
    .digest("hex");

/**
 * Reads the configuration again and takes over what a running node can: policy, people, groups, and whether
 * changes are applied. One that cannot be used leaves the former in force and opens a finding, once for each such content
 * (findings.md, "Response policy": a bad reload keeps the old one).
 */
export function configReloader(d: Deps): () => Promise<Reloaded> {
  let known = digestOf(d.config);
  let refusedReason = "";

  async function refuse({ message, path }: EphorError): Promise<Reloaded> {
    if (message === refusedReason) return "refused";
    refusedReason = message;
    d.log.error("config.refused", { path, reason: message });
    const at = d.clock.now();
    const file = path ?? "ephor.config.json";
    const detail = { file, reason: message.slice(0, 2000), policyVersion: String(d.config.responsePolicy.version) };
    const about = { account: OWN_ACCOUNT, region: OWN_REGION, cause: `${at} ${message}`, detail };
    const envelope = ownEvent({ name: "Configuration Refused", at, ...about });
    const correlationId = `config-${known.slice(0, 32)}`;
    await d.inbox.accept({ tenant: DEFAULT_TENANT, envelope, correlationId });
    return "refused";
  }

  return async () => {
    const read = d.reread();
    if (!read.ok) return refuse(read.error);
    refusedReason = "";
    const digest = digestOf(read.value);
    if (digest === known) return "unchanged";
    takeOver(d.config, read.value);
    const left = leftForRestart(d.config, read.value);
    known = digest;
    const time = d.clock.now();
    await d.store.transact([
      appendRecord(d, {
        ...{ idempotencyKey: `config ${digest} ${time}`, time, tenant: DEFAULT_TENANT, entity_type: "config" },
        ...{
          this: "configuration",
          did: "reloaded",
          digest,
          policy_version: String(read.value.responsePolicy.version),
        },
      }),
    ]);
    d.log.info("config.reloaded", { policy_version: read.value.responsePolicy.version, needs_restart: left });
    return "reloaded";
  };
}

/** The fields in which what is in force still differs from the file. */
function leftForRestart(before: Config, after: Config): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof Config)[];
  return names.filter((name) => digestOf({ is: before[name] ?? null }) !== digestOf({ is: after[name] ?? null }));
}
