import { describe, expect, test } from "vitest";
import { APPROVE, AUTO, aResponseWorld, configOf, opened, type ResponseWorld } from "./support/response-world.ts";
import { type Fault, simulatedAccount } from "./support/simulated-account.ts";

const PORTS = [22, 3389];
/** Cuts are so far apart, starting at each of the first ones in turn: every cut is made by one of the tests. */
const STRIDE = 4;
const TEST_MS = 60_000;

type Run = { readonly rule: object; readonly faults?: readonly Fault[]; readonly refuses?: number };

async function begun({ rule, faults = [], refuses }: Run) {
  const account = simulatedAccount({ ports: PORTS });
  account.fail("RevokeSecurityGroupIngress", ...faults);
  if (refuses !== undefined) account.refuseToClose(refuses);
  const world = await aResponseWorld({ config: configOf(rule), account });
  return { account, world };
}

/** Goes to its end, and decides what it asks for. */
async function toItsEnd(world: ResponseWorld) {
  const [waiting] = (await world.as("bob").get("/v1/approvals")).body.items;
  if (waiting?.state === "pending") await world.decide("bob", "approve");
  return world.toItsEnd();
}

const count = <T>(items: readonly T[]): ReadonlyMap<T, number> => {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};

/** What became of it, as far as it may not depend on where it was cut. */
async function outcomeOf(world: ResponseWorld) {
  const [finding, response, records] = [await world.finding(), await world.response(), await world.records()];
  const steps = records.filter(({ did }) =>
    /planned|reserved|snapshotted|call|undo|applied|verified|response-ended/.test(did),
  );
  return {
    status: finding.status,
    end: response.end,
    steps: count(steps.map(({ did }) => did)),
    timeline: count(finding.timeline.map(({ kind }) => kind)),
    ports: world.account.openPorts(),
    made: world.account.made.map(({ operation }) => operation),
  };
}

/** Where cuts begin: as the event is handed in or, where people decide, as they do. */
async function untilCuts(run: Run, world: ResponseWorld) {
  const isAsked = run.rule === APPROVE;
  if (isAsked) await world.begin(opened(PORTS));
  // The token that decides is made before.
  await world.as("bob").get("/v1/approvals");
  const before = world.dies.commits();
  return {
    commits: () => world.dies.commits() - before,
    goOn: (): Promise<unknown> => (isAsked ? world.decide("bob", "approve") : world.receive(opened(PORTS))),
  };
}

async function whole(run: Run) {
  const { world } = await begun(run);
  const { commits, goOn } = await untilCuts(run, world);
  await goOn();
  await world.settle();
  await world.toItsEnd();
  return { outcome: await outcomeOf(world), commits: commits() };
}

async function cutAt(run: Run, cut: number) {
  const { world } = await begun(run);
  const { commits, goOn } = await untilCuts(run, world);
  world.dies.dieAtCommit(cut);
  // A node that has died comes to no rest: its answer is not waited for.
  void goOn().catch(() => undefined);
  for (let turn = 0; turn < 4; turn++) await world.pass(5);
  const hasDied = commits() >= cut;
  world.dies.live();
  await world.restart();
  await world.settle();
  // An event that was not accepted is sent again.
  if ((await world.findings()).length === 0) await world.begin(opened(PORTS));
  await toItsEnd(world);
  return { outcome: await outcomeOf(world), hasDied };
}

const RUNS: readonly (readonly [string, Run])[] = [
  ["applied without approval", { rule: AUTO }],
  ["applied with approval, while AWS loses answers", { rule: APPROVE, faults: ["unheard", "never-got"] }],
  ["rolled back", { rule: AUTO, refuses: 3389 }],
];

describe.each(RUNS)("a response that is %s", (_, run) => {
  test.each(Array.from({ length: STRIDE }, (_, at) => at + 1))(
    `ends alike wherever it is cut, each step told once and each call made once (cuts from %i)`,
    async (first) => {
      const expected = await whole(run);
      let cuts = 0;
      for (let cut = first; cut < expected.commits; cut += STRIDE) {
        const { outcome, hasDied } = await cutAt(run, cut);
        if (!hasDied) break;
        cuts += 1;
        expect({ cut, ...outcome }).toEqual({ cut, ...expected.outcome });
      }
      expect(cuts).toBeGreaterThan(2);
    },
    TEST_MS,
  );
});

describe("a node that was down for days", () => {
  const DAYS_SECONDS = 4 * 86_400;
  /** Dies after the last look at the resource and before the first call, and comes back days later. */
  async function backAfter(rule: object, meanwhile: (world: ResponseWorld) => void = () => undefined) {
    for (let cut = 1; ; cut++) {
      const { world } = await begun({ rule });
      const { goOn } = await untilCuts({ rule }, world);
      world.dies.dieAtCommit(cut);
      void goOn().catch(() => undefined);
      for (let turn = 0; turn < 4; turn++) await world.pass(5);
      world.dies.live();
      await world.settle();
      const has = async (did: string) => (await world.records()).some((record) => record.did === did);
      if (world.account.made.length > 0) throw new Error("no cut lies between the look and the call");
      if (!(await has("snapshotted"))) continue;
      meanwhile(world);
      world.time.advance(DAYS_SECONDS);
      await world.restart();
      await toItsEnd(world);
      return world;
    }
  }

  test("applies nothing on an approval that has expired since", async () => {
    const world = await backAfter(APPROVE);
    expect(await world.response()).toMatchObject({ end: "expired" });
    expect(world.account.made).toEqual([]);
  });

  test("plans anew where the resource has changed since", async () => {
    const world = await backAfter(AUTO, ({ account }) => account.meddle(() => []));
    expect(await world.response()).toMatchObject({ end: "no-change-needed" });
    expect(world.account.made).toEqual([]);
  });
});
