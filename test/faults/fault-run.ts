import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { apiClient } from "@ephor/api/client";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { adminTokenIn, databaseIn } from "@ephor/node/data-folder";
import { Random } from "../fuzz/random.ts";
import { ephor } from "../support/ephor-cli.ts";
import { type EphorProcess, type NodeProcess, spawnEphor, startArgs, startEphor } from "../support/ephor-process.ts";
import { readDueKeys, readStoreRows } from "../support/store-rows.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { factsOf } from "./facts.ts";
import { violations } from "./guarantees.ts";
import { type Journal, openJournal } from "./journal.ts";
import { startLoad } from "./load.ts";

export type FaultSettings = {
  readonly seed: number;
  readonly kills: number;
  /** No further kill after this time; what was done until then is checked. */
  readonly secondsMax: number;
  readonly say: (line: string) => void;
};
export type FaultReport = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly kills: number;
  readonly killsInAir: number;
  readonly killsBy: Readonly<Record<KillKind, number>>;
  readonly seconds: number;
  readonly requests: number;
  readonly eventsSent: number;
  readonly eventsAcknowledged: number;
  readonly eventsStored: number;
  readonly findings: number;
  readonly executions: number;
  readonly ledgerRecords: number;
};

/**
 * When the node dies. `in-air`: while a request is under way. `quiet`: while none is, and what was accepted is worked on.
 * `starting`: at any moment of its start, recovery included. `stopping`: while it ends by SIGTERM.
 */
const KILLS = ["in-air", "quiet", "starting", "stopping"] as const;
type KillKind = (typeof KILLS)[number];
/** Of ten kills. */
const DRAW: readonly KillKind[] = [
  ...(["in-air", "in-air", "in-air", "in-air", "in-air", "in-air"] as const),
  ...(["quiet", "quiet", "starting", "stopping"] as const),
];
const CHECK_EVERY = 100;
const LOAD_MS = { least: 20, most: 300 };
const QUIET_MS = 40;
const STOPPING_MS = 60;

/** Findings of three shapes of event are answered, so that effects and Standard executions are under way, too. */
const CONFIG = {
  version: 1,
  accounts: {
    "111122223333": { environment: "test" },
    "444455556666": { environment: "test", tenant: "blue" },
  },
  responsePolicy: {
    version: 1,
    rules: [{ match: { detection: ["ec2.*", "iam.*", "cloudtrail.*"] }, mode: "approve" }],
  },
};

type World = {
  readonly settings: FaultSettings;
  readonly random: Random;
  readonly journal: Journal;
  readonly data: string;
  readonly configFile: string;
  readonly port: number;
  readonly killsBy: Record<KillKind, number>;
  killsInAir: number;
  readyMs: number;
};

/**
 * Kills a node by SIGKILL again and again while events, redeliveries, malformed ones and decisions come in, and holds what is
 * left in the end against all that was sent and acknowledged.
 */
export async function faultRun(settings: FaultSettings): Promise<FaultReport> {
  const folder = tempFolder();
  try {
    return await runIn(folder.path, settings);
  } finally {
    folder.remove();
  }
}

async function runIn(folder: string, settings: FaultSettings): Promise<FaultReport> {
  const startedMs = performance.now();
  const world = await openWorld(folder, settings);
  let found: Found = { violations: [], facts: undefined };
  let kills = 0;
  const isInTime = () => performance.now() - startedMs < settings.secondsMax * 1000;
  while (kills < settings.kills && isInTime() && found.violations.length === 0) {
    await oneKill(world, kills);
    kills += 1;
    if (kills % CHECK_EVERY !== 0 || kills === settings.kills) continue;
    found = await settleAndCheck(world);
    settings.say(`${kills} kills: ${found.violations.length === 0 ? "all holds" : "broken"}`);
  }
  if (found.violations.length === 0) found = await settleAndCheck(world);
  const { journal, killsBy, killsInAir } = world;
  return {
    ...{ seed: settings.seed, violations: found.violations, kills, killsInAir, killsBy },
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    requests: journal.counts.requests,
    eventsSent: journal.sent.size,
    eventsAcknowledged: journal.acknowledged.size,
    eventsStored: found.facts?.inbox.size ?? 0,
    findings: found.facts?.findings.size ?? 0,
    executions: found.facts?.executions.length ?? 0,
    ledgerRecords: found.facts?.records.length ?? 0,
  };
}

async function openWorld(folder: string, settings: FaultSettings): Promise<World> {
  const configFile = join(folder, "ephor.config.json");
  writeFileSync(configFile, JSON.stringify(CONFIG));
  const config = parseConfig(CONFIG, { file: configFile });
  if (!config.ok) throw new Error(config.error.message);
  const world: World = {
    ...{ settings, configFile, data: join(folder, "data"), port: await freePort(), readyMs: 1_000 },
    random: new Random(settings.seed),
    journal: openJournal(config.value),
    killsBy: { "in-air": 0, quiet: 0, starting: 0, stopping: 0 },
    killsInAir: 0,
  };
  // The first start makes the admin's token, which the load needs from the first kill on.
  const node = await start(world);
  await node.stop();
  return world;
}

const start = (world: World): Promise<NodeProcess> =>
  startEphor({ data: world.data, port: world.port, config: world.configFile });

async function oneKill(world: World, round: number): Promise<void> {
  const { random, journal, settings } = world;
  const kind = random.pick(DRAW);
  const target = { port: world.port, token: readFileSync(adminTokenIn(world.data), "utf8").trim() };
  const seed = settings.seed * 1_000 + round;
  const node = await begin(world, kind);
  const load = startLoad(journal, { target, seed });
  await momentOf(world, { kind, load, stopping: () => node.kill("SIGTERM") });
  const inAir = load.inAir();
  const isKilled = node.kill("SIGKILL");
  const ended = await node.ended;
  await load.stop();
  if (!isKilled || ended.signal !== "SIGKILL") {
    const isExpected = kind === "stopping" && ended.code === 0;
    if (!isExpected)
      journal.wrongAnswers.push(`a node ended by itself (${ended.code ?? ended.signal}): ${node.stderr()}`);
  }
  world.killsBy[kind] += 1;
  if (inAir > 0) world.killsInAir += 1;
}

async function begin(world: World, kind: KillKind): Promise<EphorProcess> {
  const { data, port, configFile: config } = world;
  if (kind === "starting") return spawnEphor(startArgs({ data, port, config }));
  const node = await start(world);
  world.readyMs = node.readyMs;
  return node;
}

type Moment = { kind: KillKind; load: ReturnType<typeof startLoad>; stopping: () => boolean };

/** Resolves at the moment that the drawn kind of kill asks for. */
async function momentOf(world: World, { kind, load, stopping }: Moment): Promise<void> {
  const { random } = world;
  const drawMs = LOAD_MS.least + random.below(LOAD_MS.most - LOAD_MS.least);
  const laterMs = random.next();
  const isEarly = random.chance(0.2);
  if (kind === "starting") return pause(world.readyMs * (0.3 + laterMs));
  if (!isEarly) await load.firstAnswer;
  await pause(drawMs);
  if (kind === "in-air") {
    while (load.inAir() === 0) await load.nextRequest();
    return;
  }
  if (kind === "stopping") {
    stopping();
    return pause(laterMs * STOPPING_MS);
  }
  load.pause();
  await until("requests to land", () => load.inAir() === 0);
  await pause(laterMs * QUIET_MS);
}

type Found = { readonly violations: readonly string[]; readonly facts: ReturnType<typeof factsOf> | undefined };

/** Starts the node, lets it finish all that is left, checks everything, and ends it as an operator would. */
async function settleAndCheck(world: World): Promise<Found> {
  const { data, journal } = world;
  const node = await start(world);
  try {
    const client = apiClient({ url: node.url, token: readFileSync(adminTokenIn(data), "utf8").trim() });
    await until(
      "nothing to be left to do",
      async () => isIdle(await client.listExecutions({ status: "RUNNING" }), data),
      {
        seconds: 120,
        state: () => `${readDueKeys(databaseIn(data)).slice(0, 5).join(", ")} wait; the node says ${node.stderr()}`,
      },
    );
    const running = await verifyLedger(data);
    const { code } = await node.stop();
    const facts = factsOf(readStoreRows(databaseIn(data)));
    const stopped = await verifyLedger(data, facts.records.length);
    const end = code === 0 ? [] : [`the node ended with ${code}: ${node.stderr()}`];
    return { facts, violations: [...violations({ facts, journal }), ...running, ...stopped, ...end] };
  } catch (cause) {
    node.kill("SIGKILL");
    await node.ended;
    return { facts: undefined, violations: [cause instanceof Error ? cause.message : String(cause)] };
  }
}

const isIdle = (running: Awaited<ReturnType<ReturnType<typeof apiClient>["listExecutions"]>>, data: string): boolean =>
  running.ok && running.value.items.length === 0 && readDueKeys(databaseIn(data)).length === 0;

/** What `ephor ledger verify` says against the ledgers of a data folder. */
async function verifyLedger(data: string, records?: number): Promise<readonly string[]> {
  const { code, stdout, stderr } = await ephor(["ledger", "verify", "--data", data, "--json"]);
  const report: unknown = stdout === "" ? undefined : JSON.parse(stdout);
  const isWhole = typeof report === "object" && report !== null && "records" in report;
  const isRight = code === 0 && isWhole && (records === undefined || report.records === records);
  return isRight ? [] : [`ledger verify gave ${code}, expected ${records} records: ${stdout}${stderr}`];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
