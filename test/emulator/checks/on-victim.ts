import { prepareVictim, type VictimAccount } from "../victim-account.ts";
import type { CarelessChange } from "./careless-changes.ts";
import { answerOf, type World } from "./check.ts";
import { people, type Responding, reported, same } from "./response-drive.ts";

/** A quarter of an hour passes in 0.9 s, so that escalations, which begin as approvals open, end soon after a decision. */
const WAIT_SCALE = 0.001;

export type Scene = Omit<Responding, "change" | "finding">;
let prepared: Promise<VictimAccount> | undefined;

/** Runs one check on the victim account. Leaves nothing behind that waits for people, whatever became of it. */
export const onVictim = (run: (scene: Scene) => Promise<string>) => async (world: World) => {
  const { system } = world;
  const as = people(world);
  await system.recordCalls(true);
  await system.scaleWaits(WAIT_SCALE);
  try {
    prepared ??= prepareVictim(system);
    return await run({ world, as, victim: await prepared, since: new Date(Date.now() - 1000) });
  } finally {
    const { items } = answerOf(await system.api.listApprovals({ state: "pending", limit: 100 }));
    for (const { id } of items) {
      for (const person of ["ann", "bob", "cid"]) {
        await (await as(person)).decideApproval(id, { decision: "reject", reason: "the check is over" });
      }
    }
    await system.settled();
    system.setClock(0);
    await system.scaleWaits(1);
    await system.recordCalls(false);
  }
};

/** Holds that it is careless, and lets Ephor know of it. */
export async function begin<C extends CarelessChange>(
  scene: Scene,
  change: C,
): Promise<Responding & { readonly change: C }> {
  same("left careless, it is", await change.see(), change.careless);
  return { ...scene, change, finding: await reported(scene.world, change) };
}
