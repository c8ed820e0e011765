import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type CloudTrailClient, CreateTrailCommand, GetTrailStatusCommand } from "@aws-sdk/client-cloudtrail";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { apiClient } from "@ephor/api/client";
import { adminTokenIn, databaseIn } from "@ephor/node/data-folder";
import { victimClients } from "../../emulator/remediations/victim-clients.ts";
import { startMoto } from "../../emulator/start-moto.ts";
import { Random } from "../../fuzz/random.ts";
import { runEphor, spawnEphor, startArgs, startEphor } from "../../support/ephor-process.ts";
import { readDueKeys, readStoreRows } from "../../support/store-rows.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";
import { factsOf } from "../facts.ts";
import { type AwsProxy, startAwsProxy } from "./aws-proxy.ts";
import { responseViolations } from "./guarantees.ts";

export type ResponseFaultSettings = {
  readonly seed: number;
  readonly kills: number;
  readonly say: (line: string) => void;
};

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";
const OPERATOR = `arn:aws:iam::${ACCOUNT}:user/operator`;
const BUCKET = "trails";
/** Responses that are under way at a time. */
const IN_FLIGHT = 100;
/** Of the node's life once it is ready; one in five is killed while it starts, recovery included. */
const LIFE_MS = { least: 100, most: 6_000 };
const STARTING_RATE = 0.2;
const SETTLED_SECONDS_MAX = 600;
const LOOK_AGAIN_MS = 250;

const CONFIG = {
  accounts: { [ACCOUNT]: { environment: "test" } },
  people: [{ id: "operator", name: "Operator", email: "operator@example.com", awsPrincipals: [OPERATOR] }],
  responsePolicy: {
    rules: [{ match: { detection: "cloudtrail.*" }, mode: "auto", risk: "low" }],
    budget: { perAccountPerHour: 10_000, perHour: 10_000 },
  },
  remediation: { enabled: true, accounts: { [ACCOUNT]: {} } },
};

type World = {
  readonly settings: ResponseFaultSettings;
  readonly random: Random;
  readonly data: string;
  readonly config: string;
  readonly proxy: AwsProxy;
  readonly cloudtrail: CloudTrailClient;
  /** Trails that were stopped, by name. */
  readonly trails: string[];
};

/**
 * Kills a node by SIGKILL again and again while it puts a hundred trails right at a time, behind a network that loses answers,
 * and holds what AWS was asked, what the node remembers and what stands in the account against each other.
 */
export async function responseFaultRun(settings: ResponseFaultSettings) {
  const folder = tempFolder();
  const moto = await startMoto();
  const random = new Random(settings.seed);
  const proxy = await startAwsProxy({ upstream: moto.endpoint, random: new Random(settings.seed + 1) });
  try {
    const { cloudtrail, s3 } = victimClients({ endpoint: moto.endpoint, region: REGION });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const config = join(folder.path, "ephor.config.json");
    writeFileSync(config, JSON.stringify(CONFIG));
    const data = join(folder.path, "data");
    return await runIn({ settings, random, data, config, proxy, cloudtrail, trails: [] });
  } finally {
    await proxy.stop();
    await moto.stop();
    folder.remove();
  }
}

async function runIn(world: World) {
  const { settings, proxy, data } = world;
  await stopTrails(world, IN_FLIGHT);
  proxy.faulty(true);
  for (let kills = 0; kills < settings.kills; kills++) {
    await stopTrails(world, IN_FLIGHT - openIn(world));
    await oneLife(world);
    if ((kills + 1) % 20 === 0)
      settings.say(`${kills + 1} kills, ${world.trails.length} responses, ${openIn(world)} open`);
  }
  proxy.faulty(false);
  await settle(world);
  const facts = factsOf(readStoreRows(databaseIn(data)));
  const rows = readStoreRows(databaseIn(data));
  const restarted = await Promise.all(world.trails.map((Name) => isLogging(world, Name)));
  const verified = await runEphor(["ledger", "verify", "--data", data]);
  const changes = proxy.calls.filter(({ operation }) => operation === "StartLogging");
  return {
    violations: [
      ...responseViolations({ facts, rows, calls: proxy.calls, trails: world.trails }),
      ...world.trails.filter((_, at) => restarted[at] !== true).map((name) => `trail ${name} does not log`),
      ...(verified.code === 0 ? [] : [`the ledger does not verify: ${verified.stdout}${verified.stderr}`]),
    ],
    ...{ seed: settings.seed, kills: settings.kills, responses: world.trails.length, awsCalls: proxy.calls.length },
    ...{ changes: changes.length, changesDone: changes.filter(({ wasDone }) => wasDone).length, ...proxy.counts },
  };
}

/** Starts a node and kills it at a moment that is drawn. */
async function oneLife(world: World): Promise<void> {
  const { data, config, random } = world;
  const settings = { env: environmentOf(world) };
  const ms = LIFE_MS.least + random.below(LIFE_MS.most - LIFE_MS.least);
  const isStarting = random.chance(STARTING_RATE);
  world.proxy.nextLife();
  const node = isStarting
    ? spawnEphor(startArgs({ data, config }), settings)
    : await startEphor({ data, config }, settings);
  await pause(ms);
  node.kill("SIGKILL");
  const ended = await node.ended;
  if (ended.signal !== "SIGKILL") throw new Error(`the node ended by itself: ${node.stderr().slice(-2_000)}`);
}

const environmentOf = ({ proxy }: World) => ({
  ...{ PATH: process.env["PATH"] ?? "", AWS_EC2_METADATA_DISABLED: "true", AWS_ENDPOINT_URL: proxy.endpoint },
  ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
});

/** Findings that are not answered yet; those that were never recorded count as well. */
function openIn({ data, trails }: World): number {
  if (!existsSync(databaseIn(data))) return trails.length;
  const { findings } = factsOf(readStoreRows(databaseIn(data)));
  const closed = [...findings.values()].filter(({ status }) => status === "resolved" || status === "failed");
  return trails.length - closed.length;
}

/** Makes trails that do not log, and tells a quiet node of who stopped them. */
async function stopTrails(world: World, count: number): Promise<void> {
  if (count <= 0) return;
  const { cloudtrail, data, config, trails, proxy } = world;
  const names = Array.from({ length: count }, (_, at) => `trail-${trails.length + at}`);
  for (const Name of names) await cloudtrail.send(new CreateTrailCommand({ Name, S3BucketName: BUCKET }));
  proxy.faulty(false);
  proxy.nextLife();
  const node = await startEphor({ data, config }, { env: environmentOf(world) });
  proxy.faulty(true);
  const client = apiClient({ url: node.url, token: readFileSync(adminTokenIn(data), "utf8").trim() });
  const sent = await client.sendEvents(names.map(recordOf));
  if (!sent.ok) throw new Error(sent.error.message);
  trails.push(...names);
  node.kill("SIGKILL");
  await node.ended;
}

async function isLogging({ cloudtrail }: World, Name: string): Promise<boolean> {
  return (await cloudtrail.send(new GetTrailStatusCommand({ Name }))).IsLogging === true;
}

/** Starts the node once more and lets it finish all that is left. */
async function settle(world: World): Promise<void> {
  const { data, config } = world;
  const node = await startEphor({ data, config }, { env: environmentOf(world) });
  const isIdle = async () => {
    await pause(LOOK_AGAIN_MS);
    return readDueKeys(databaseIn(data)).length === 0;
  };
  try {
    await until("nothing to be left to do", isIdle, {
      seconds: SETTLED_SECONDS_MAX,
      state: () => `${readDueKeys(databaseIn(data)).slice(0, 5).join(", ")} wait; ${openIn(world)} open`,
    });
  } finally {
    await node.stop();
  }
}

const recordOf = (name: string) => ({
  eventVersion: "1.10",
  userIdentity: {
    ...{
      type: "IAMUser",
      principalId: "AIDAEXAMPLEOPERATOR1",
      arn: OPERATOR,
      accountId: ACCOUNT,
      userName: "operator",
    },
  },
  eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
  ...{ eventSource: "cloudtrail.amazonaws.com", eventName: "StopLogging", awsRegion: REGION },
  ...{ sourceIPAddress: "203.0.113.7", userAgent: "aws-cli/2.31.0", requestParameters: { name } },
  ...{ responseElements: null, eventID: randomUUID(), eventType: "AwsApiCall", readOnly: false },
  ...{ managementEvent: true, eventCategory: "Management", recipientAccountId: ACCOUNT },
});
