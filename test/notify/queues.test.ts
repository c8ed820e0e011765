import { counters } from "@ephor/app/counters";
import type { Carried, Delivering } from "@ephor/app/deliver-notice";
import { dispatchEffects, type EffectDeps } from "@ephor/app/dispatch-effects";
import { effectWrite } from "@ephor/app/effects";
import type { Write } from "@ephor/app/ports";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { findingIdOf } from "@ephor/domain/ids";
import { ok } from "@ephor/domain/result";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { nodeLoops } from "@ephor/node/node-loops";
import type { TaskDeps } from "@ephor/tasks/registry";
import { expect, onTestFinished, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { seededRandom, virtualTime } from "../workflows/world.ts";

const OTHER = "other" as Tenant;
const DONE: Carried = { kind: "done", writes: [], onConflict: "done-before" };
const never = () => Promise.reject(new Error("not asked for here"));

/** Effects on a store of their own, whose notices are carried out by `deliver`. */
function effects(deliver: (of: Delivering) => Promise<Carried>) {
  const config = parseConfig({}, { file: "test" });
  if (!config.ok) throw new Error(config.error.message);
  const folder = tempFolder();
  const time = virtualTime();
  const opened = openSqlite({ file: `${folder.path}/db`, clock: time.clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const sqlite = opened.value;
  onTestFinished(() => {
    sqlite.close();
    folder.remove();
  });
  const deps: EffectDeps = {
    ...{ store: sqlite.store, blobs: sqlite.blobs, clock: time.clock, random: seededRandom("queues") },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    retention: config.value.retention,
    executions: { start: never } as unknown as EffectDeps["executions"],
    taskTokens: { succeed: never, fail: never } as unknown as EffectDeps["taskTokens"],
    channels: () => ["slow", "quick"],
    deliverNotice: async (of) => ok(await deliver(of)),
    ...{ deliverGroup: never, decideFromSlack: never, putEvent: never },
  };
  const noticeFor = (channel: string, tenant: Tenant = DEFAULT_TENANT): Write =>
    effectWrite({
      ...{ tenant, at: time.clock.now() },
      effect: {
        ...{ kind: "notify", channel, correlationId: "c" },
        notice: { kind: "finding", findingId: findingIdOf(["a"]), generation: 1 },
      },
    });
  return { deps, sqlite, time, noticeFor };
}

/** A node's loops over these effects. */
const loopsOf = ({ deps, sqlite, time }: ReturnType<typeof effects>) =>
  nodeLoops(
    { sqlite, clock: time.clock, timers: time.timers, log: deps.log },
    {
      ...{ tenants: () => [DEFAULT_TENANT], counts: counters(), schedules: [] },
      taskDeps: deps as unknown as TaskDeps,
    },
  );

test("where what is tried is waited for, no channel waits for another", async () => {
  let release = (): void => undefined;
  const told: string[] = [];
  const { deps, noticeFor } = effects(async ({ channel }) => {
    if (channel === "slow") await new Promise<void>((done) => (release = done));
    told.push(channel);
    return DONE;
  });
  await deps.store.transact([noticeFor("slow"), noticeFor("quick")]);
  const dispatched = dispatchEffects(deps, DEFAULT_TENANT);
  await until("the quick channel", () => told.length > 0);
  expect(told).toEqual(["quick"]);
  release();
  expect(await dispatched).toEqual({ tried: 2, nextAt: null });
});

test("one tenant's notices are carried out for it, and those of another stay where they are", async () => {
  const told: Tenant[] = [];
  const { deps, noticeFor } = effects(async ({ tenant }) => {
    told.push(tenant);
    return DONE;
  });
  await deps.store.transact([noticeFor("quick"), noticeFor("quick", OTHER)]);
  await dispatchEffects(deps, OTHER);
  expect(told).toEqual([OTHER]);
  await dispatchEffects(deps, DEFAULT_TENANT);
  await dispatchEffects(deps, OTHER);
  expect(told).toEqual([OTHER, DEFAULT_TENANT]);
});

test("the names of channels are written once, and again only for a new one", async () => {
  const { deps, sqlite } = effects(async () => DONE);
  let writes = 0;
  sqlite.onCommit(() => void writes++);
  for (let turn = 0; turn < 3; turn++) await dispatchEffects(deps, DEFAULT_TENANT);
  expect(writes).toBe(1);
  await dispatchEffects({ ...deps, channels: () => ["new"] }, DEFAULT_TENANT);
  await dispatchEffects({ ...deps, channels: () => ["slow"] }, OTHER);
  expect(writes).toBe(2);
});

test("what is to be done again, as its writes met others, is done again at once", async () => {
  let tries = 0;
  const given = effects(async () => {
    tries += 1;
    const key = { tenant: DEFAULT_TENANT, pk: "taken", sk: "@" };
    const write: Write = { kind: "put", item: { ...key, v: 1, data: {} }, when: { kind: "absent" } };
    return tries > 2 ? DONE : { kind: "done", writes: [write], onConflict: "again" };
  });
  const { deps, noticeFor } = given;
  const item = { tenant: DEFAULT_TENANT, pk: "taken", sk: "@", v: 1, data: {} };
  await deps.store.transact([{ kind: "put", item, when: { kind: "absent" } }]);
  const loops = loopsOf(given);
  onTestFinished(() => loops.stop());
  await deps.store.transact([noticeFor("quick")]);
  // Its clock stands still: no loop comes round.
  await until("the third try", () => tries === 3);
});

test("loops that stop take up nothing more, not even what was stored a moment before", async () => {
  let tries = 0;
  const given = effects(async () => {
    tries += 1;
    return DONE;
  });
  const { deps, sqlite, noticeFor } = given;
  const loops = loopsOf(given);
  let stopped: Promise<void> | undefined;
  // Heard of after the loops have heard of it.
  sqlite.onCommit(() => {
    stopped ??= loops.stop();
  });
  await deps.store.transact([noticeFor("quick")]);
  await stopped;
  expect(tries).toBe(0);
});
