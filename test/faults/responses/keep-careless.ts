import { setTimeout as pause } from "node:timers/promises";
import type { World } from "./fault-world.ts";
import { drawVictim, makeVictim } from "./victims.ts";

/** Responses that are under way at a time, and what is made and not told yet. */
const IN_FLIGHT = 100;
const SPARE = 10;
const MADE_AT_ONCE = 10;
const LOOK_AGAIN_MS = 100;

/** What is careless and not known to have been answered: no end was told. */
export const openIn = ({ victims, receiver }: Pick<World, "victims" | "receiver">): number =>
  victims.size - receiver.endedFindings.size;

/** Of these, what the node has been told of. */
export const underWayIn = (world: World): number =>
  openIn(world) - [...world.victims.values()].filter(({ isAcknowledged }) => !isAcknowledged).length;

export type Maker = {
  /** Resolves once enough is careless; rejects where nothing can be made. */
  readonly enough: Promise<void>;
  /** Rejects where something could not be made. */
  stop(): Promise<void>;
};

/** Makes as much as is put right, in the background, so that there is always enough under way. */
export function keepCareless(world: World): Maker {
  let isOver = false;
  let made = 0;
  let tellEnough = (): void => undefined;
  const enough = new Promise<void>((resolve) => {
    tellEnough = resolve;
  });

  async function makeSome(count: number): Promise<void> {
    // Drawn one after the other, so that a seed gives the same; made at the same time.
    const drawn = Array.from({ length: count }, () => drawVictim(world.victimRandom));
    const making = drawn.map((one) => {
      made += 1;
      return makeVictim(world.account, { ...one, name: `${one.kind.name}-${made}` });
    });
    for (const victim of await Promise.all(making)) world.victims.set(victim.resource, victim);
  }

  async function work(): Promise<void> {
    while (!isOver) {
      const missing = Math.min(MADE_AT_ONCE, IN_FLIGHT + SPARE - openIn(world));
      if (missing > 0) await makeSome(missing);
      else {
        tellEnough();
        await pause(LOOK_AGAIN_MS);
      }
    }
  }

  const done = work();
  // Whoever waits hears of a failure by what they wait for; until then it is no unhandled one.
  done.catch(() => undefined);
  return {
    enough: Promise.race([enough, done]),
    stop: () => {
      isOver = true;
      return done;
    },
  };
}
