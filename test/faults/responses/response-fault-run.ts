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
import { attend } from "./node-visit.ts";
import { drawVictim, makeVictim } from "./victims.ts";

/** Responses that are under way at a time. */
const IN_FLIGHT = 100;
const MADE_AT_ONCE = 10;
/** Of the node's life once it is ready; one in five is killed while it starts, recovery included. */
const LIFE_MS = { least: 100, most: 4_000 };
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
  await until("enough to be careless", () => openIn(world) >= IN_FLIGHT, { seconds: 120 });
  proxy.faulty(true);
  receiver.faulty(true);
  for (let kills = 1; kills <= settings.kills; kills++) {
    inFlight.push(await oneLife(world));
    if (kills % SAY_EVERY === 0) settings.say(`${kills} kills, ${victims.size} responses, ${openIn(world)} open`);
  }
  await maker.stop();
  proxy.faulty(false);
  receiver.faulty(false);
  const unsettled = await settle(world);
  const found = [...unsettled, ...(await checked(world))];
  return { violations: found, ...figuresOf(world, { startedMs, inFlight }) };
}

/** Responses that are not known to have ended: whose end was not told. */
const openIn = ({ victims, receiver }: World): number => victims.size - receiver.endedFindings.size;

/** Makes as much as is put right, in the background, so that there is always enough under way. */
function keepCareless(world: World): { stop(): Promise<void> } {
  const { account, victims, victimRandom } = world;
  let isOver = false;
  let made = 0;
  const work = async () => {
    while (!isOver) {
      const missing = Math.min(MADE_AT_ONCE, IN_FLIGHT - openIn(world));
      if (missing <= 0) await pause(LOOK_AGAIN_MS);
      const drawn = Array.from({ length: Math.max(0, missing) }, () => drawVictim(victimRandom));
      const making = drawn.map((one) => {
        made += 1;
        return makeVictim(account, { ...one, name: `${one.kind.name}-${made}` });
      });
      for (const victim of await Promise.all(making)) victims.set(victim.resource, victim);
    }
  };
  const done = work();
  // Whoever stops it hears of its failure; until then it is no unhandled one.
  done.catch(() => undefined);
  return {
    stop: () => {
      isOver = true;
      return done;
    },
  };
}

/** Starts a node and kills it at a moment that is drawn. Gives how many responses were under way then. */
async function oneLife(world: World): Promise<number> {
  const { random, proxy, data, config } = world;
  const isStarting = random.chance(STARTING_RATE);
  const lifeMs = LIFE_MS.least + random.below(LIFE_MS.most - LIFE_MS.least);
  const startingMs = random.below(STARTING_MS_MAX);
  proxy.nextLife();
  const ready = isStarting ? undefined : await startNode(world);
  const node: EphorProcess = ready ?? spawnEphor(startArgs({ data, config }), { env: environmentOf(world) });
  const visit = ready && attend(world, ready);
  await pause(isStarting ? startingMs : lifeMs);
  const inFlight = openIn(world);
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
    await visit.stop();
    await node.stop();
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
