import { catalogueFor } from "@ephor/detections/catalogue-for";
import { checkTopology } from "@ephor/topology/check";
import { topologyOf } from "@ephor/topology/topology";
import { functionsOf } from "../functions/functions.ts";
import { api, restApi } from "./api.ts";
import { bus } from "./bus.ts";
import { configurationObject, readConfiguration } from "./configuration.ts";
import type { Context } from "./context.ts";
import { executions } from "./executions.ts";
import { functions } from "./functions.ts";
import { keys } from "./keys.ts";
import { observability } from "./observability.ts";
import { queues } from "./queues.ts";
import { remediationPrincipals, remediationRole, remediationRoleArns } from "./remediation-role.ts";
import { schedules } from "./schedules.ts";
import { readSettings } from "./settings.ts";
import { stageOf } from "./stages.ts";
import { storage } from "./storage.ts";
import { workflows } from "./workflows.ts";

/** Folds topology into AWS resources; each file adds only what AWS needs. Gives what the person who deploys is shown. */
export async function deploy(environment: Readonly<Record<string, string | undefined>>) {
  const settings = readSettings(environment);
  const configuration = readConfiguration(settings.EPHOR_CONFIG_FILE, $cli.paths.root);
  const topology = topologyOf(catalogueFor(configuration));
  const [problem] = checkTopology(topology);
  if (problem !== undefined) throw new Error(`${problem.where}: ${problem.message}`);
  const [{ accountId }, { partition }] = await Promise.all([aws.getCallerIdentity(), aws.getPartition()]);
  const context: Context = {
    stage: stageOf($app.stage),
    settings,
    topology,
    functions: functionsOf(topology),
    account: accountId,
    partition,
    region: settings.EPHOR_REGION,
    remediationAccounts: configuration.remediation.accounts,
    channels: configuration.channels,
  };
  remediationRoleArns(context);

  const made = { keys: keys(context) };
  const stored = { ...made, storage: storage(context, made.keys), queues: queues(context, made.keys) };
  const { rest, url } = restApi(context);
  const config = configurationObject(configuration, { ...stored, url });
  const run = { ...stored, functions: await functions(context, { ...stored, config }) };
  const machines = { ...run, workflows: workflows(context, run) };
  schedules(context, run);
  executions(context, run);
  const forwarders = bus(context, machines);
  api(context, { ...run, rest });
  remediationRole(context);
  observability(context, { ...run, forwarders });
  return {
    url,
    table: stored.storage.tables[topology.tables[0]?.name ?? ""]?.name,
    evidence: stored.storage.evidence.bucket,
    /** Who a member account's remediation role has to trust. */
    remediationPrincipals: remediationPrincipals(context).join(","),
  };
}
