import { setTimeout as pause } from "node:timers/promises";
import { adminOf, type World } from "./fault-world.ts";
import { decide } from "./people.ts";
import type { Victim } from "./victims.ts";

const LOOK_AGAIN_MS = 100;

/** As long as the node lives: it is told what happened, and people decide. */
export function attend(world: World, node: { readonly url: string }): { stop(): Promise<void> } {
  const { people, victims, receiver } = world;
  let isOver = false;
  const visit = { url: node.url, victims, told: receiver.askedApprovals, isOver: () => isOver };
  const work = Promise.all([tellNode(world, visit), decide(people, visit)]);
  work.catch(() => undefined);
  return {
    async stop() {
      isOver = true;
      await work;
    },
  };
}

/** Sends what the node has not said that it has, also what may have come in right before a kill. */
async function tellNode(world: World, { url, isOver }: { url: string; isOver: () => boolean }): Promise<void> {
  const client = adminOf({ url }, world);
  while (!isOver()) {
    const untold = [...world.victims.values()].filter(({ isAcknowledged }) => !isAcknowledged);
    if (untold.length > 0) acknowledge(untold, await client.sendEvents(untold.map(({ record }) => record)));
    await pause(LOOK_AGAIN_MS);
  }
}

type Sent = Awaited<ReturnType<ReturnType<typeof adminOf>["sendEvents"]>>;

function acknowledge(victims: readonly Victim[], sent: Sent): void {
  if (!sent.ok) return;
  const [refused] = sent.value.rejected;
  if (refused !== undefined) throw new Error(`event ${refused.index} was refused: ${refused.reason}`);
  for (const victim of victims) victim.isAcknowledged = true;
}
