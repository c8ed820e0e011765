import { setTimeout as pause } from "node:timers/promises";
import type { Json } from "@ephor/domain/json";
import { databaseIn } from "@ephor/node/data-folder";
import { type EphorProcess, runEphor, spawnEphor, startArgs } from "../../support/ephor-process.ts";
import { readDueKeys, readStoreRows } from "../../support/store-rows.ts";
import { until } from "../../support/until.ts";
import { factsOf } from "../facts.ts";
import { environmentOf, inWorld, type ResponseFaultSettings, startNode, type World } from "./fault-world.ts";
import { figuresOf } from "./figures.ts";
import { responseViolations } from "./guarantees.ts";
import { keepCareless, openIn, underWayIn } from "./keep-careless.ts";
import { attend } from "./node-visit.ts";

/**
 * Of the node's life once it is ready; one in five is killed while it starts, recovery included. What was begun is begun
 * again by each life, all at the same time: a long one now and then lets it come further than its first calls.
 */
const SHORT_MS = { least: 100, most: 2_500 };
const LONG_MS = { least: 2_500, most: 9_000 };
const LONG_RATE = 0.3;
const STARTING_MS_MAX = 1_500;
const STARTING_RATE = 0.2;
const SETTLED_SECONDS_MAX = 400;
const LOOK_AGAIN_MS = 100;
const SAY_EVERY = 20;

/**
 * Kills a node by SIGKILL again and again while it puts a hundred careless changes right at a time, behind a network that
 * loses answers, with people who decide and a receiver that hangs up, and holds what AWS, people and receiver saw, what the
 * node remembers and what stands in the account against each other.
 */
export const responseFaultRun = (settings: ResponseFaultSettings) => inWorld(settings, runIn);

async function runIn(world: World) {
  const { settings, proxy, receiver, victims } = world;
  const startedMs = performance.now();
  const inFlight: number[] = [];
  const maker = keepCareless(world);
  try {
    await maker.enough;
    proxy.faulty(true);
    receiver.faulty(true);
    for (let kills = 1; kills <= settings.kills; kills++) {
      inFlight.push(await oneLife(world));
      if (kills % SAY_EVERY === 0) settings.say(`${kills} kills, ${victims.size} responses, ${openIn(world)} open`);
    }
  } finally {
    await maker.stop();
  }
  proxy.faulty(false);
  receiver.faulty(false);
  const unsettled = await settle(world);
  const found = [...unsettled, ...(await checked(world))];
  return { violations: found, ...figuresOf(world, { startedMs, inFlight }) };
}

/** Starts a node and kills it at a moment that is drawn. Gives how many responses were under way then. */
async function oneLife(world: World): Promise<number> {
  const { random, proxy, data, config } = world;
  const isStarting = random.chance(STARTING_RATE);
  const { least, most } = random.chance(LONG_RATE) ? LONG_MS : SHORT_MS;
  const lifeMs = least + random.below(most - least);
  const startingMs = random.below(STARTING_MS_MAX);
  proxy.nextLife();
  const ready = isStarting ? undefined : await startNode(world);
  const node: EphorProcess = ready ?? spawnEphor(startArgs({ data, config }), { env: environmentOf(world) });
  const visit = ready && attend(world, ready);
  await pause(isStarting ? startingMs : lifeMs);
  const inFlight = underWayIn(world);
  node.kill("SIGKILL");
  const ended = await node.ended;
  await visit?.stop();
  if (ended.signal !== "SIGKILL") throw new Error(`the node ended by itself: ${node.stderr().slice(-2_000)}`);
  return inFlight;
}

/** Starts the node once more and lets it finish all that is left. Gives what is not done in the end. */
async function settle(world: World): Promise<readonly string[]> {
  const { data, proxy } = world;
  proxy.nextLife();
  const node = await startNode(world);
  const visit = attend(world, node);
  const isDone = async () => {
    await pause(LOOK_AGAIN_MS);
    if (openIn(world) > 0 || waiting(data).length > 0) return false;
    const { executions } = factsOf(readStoreRows(databaseIn(data)));
    return executions.every(({ workflow, status }) => workflow !== "respond" || status !== "RUNNING");
  };
  const state = () => `${openIn(world)} are open; ${waiting(data).slice(0, 5).join(", ")} wait`;
  try {
    await until("nothing to be left to do", isDone, { seconds: SETTLED_SECONDS_MAX, state });
    return [];
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)];
  } finally {
    await node.stop();
    await visit.stop();
  }
}

/** Events and effects that are to be done; what only waits for an approval's expiry is not. */
const waiting = (data: string): readonly string[] =>
  readDueKeys(databaseIn(data)).filter((key) => /#(?:effect|inbox)#/.test(key));

async function checked(world: World): Promise<readonly string[]> {
  const { data, proxy, receiver, people } = world;
  const rows = readStoreRows(databaseIn(data));
  const victims = [...world.victims.values()];
  const ends = new Map<string, Json>();
  for (const { resource, made } of victims) ends.set(resource, await made.see());
  const verified = await runEphor(["ledger", "verify", "--data", data]);
  return [
    ...responseViolations({
      ...{ victims, rows, facts: factsOf(rows), calls: proxy.calls, ends },
      ...{ receipts: receiver.receipts, sent: [...people.sent.values()] },
    }),
    ...[...receiver.wrong, ...people.wrong],
    ...(verified.code === 0 ? [] : [`the ledger does not verify: ${verified.stdout}${verified.stderr}`]),
  ];
}
