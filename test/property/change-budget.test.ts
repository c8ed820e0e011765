import { randomUUID } from "node:crypto";
import {
  type BudgetLimits,
  countWrites,
  readBudgets,
  roomAt,
  uncountWrites,
  WINDOW_SECONDS,
} from "@ephor/app/change-budget";
import { BUDGET_ALL, budgetKey } from "@ephor/app/keys";
import type { Item } from "@ephor/app/ports";
import { FRESH_SECONDS } from "@ephor/app/resource-lease";
import { sizeOf, storedText } from "@ephor/app/write-size";
import { responsePolicySchema } from "@ephor/domain/config/response-policy";
import { isTenant, type Tenant, DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { type Timestamp, timestamp } from "@ephor/domain/time";
import { openSqlite, type SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";

const HOUR_MS = 3_600_000;
const WINDOW_MS = WINDOW_SECONDS * 1000;
const FRESH_MS = FRESH_SECONDS * 1000;
const MINUTE_MS = 60_000;
const BEGIN_MS = Date.UTC(2026, 2, 1, 12);
const ITEM_BYTES_MAX = 350 * 1024;

const folder = tempFolder();
let sqlite: SqliteStore;
let nowMs = BEGIN_MS;
beforeAll(() => {
  const clock = { now: (): Timestamp => timestamp(nowMs) };
  const opened = openSqlite({ file: `${folder.path}/budget.db`, clock });
  if (!opened.ok) throw new Error(opened.error.message);
  sqlite = opened.value;
});
afterAll(() => {
  sqlite.close();
  folder.remove();
});

const ACCOUNTS = ["111122223333", "444455556666", "777788889999"] as const;
/** The last account is another tenant's: one policy holds for both. */
function tenantOf(account: string): Tenant {
  const name = account === ACCOUNTS[2] ? "acme" : tenant;
  if (!isTenant(name)) throw new Error(name);
  return name;
}

type Change = { readonly account: string; readonly key: string };
const read = (change: Change) =>
  readBudgets(sqlite, { tenant: tenantOf(change.account), ...change, now: timestamp(nowMs) });

async function write(writes: Parameters<SqliteStore["store"]["transact"]>[0]): Promise<void> {
  if (writes.length === 0) return;
  const done = await sqlite.store.transact(writes);
  if (!done.ok) throw new Error(done.error.message);
}

/** Counts the change where there is room, as `reserveApply` does; gives when there may be some where there is none. */
async function reserve(change: Change, limits: BudgetLimits): Promise<Timestamp | "never" | null> {
  const budgets = await read(change);
  const room = roomAt(budgets, limits);
  if (room === null) await write(countWrites(budgets, timestamp(nowMs)));
  return room;
}
const takeBack = async (change: Change) => write(uncountWrites(await read(change), timestamp(nowMs)));

/** A change that was counted, and how much later its first call is made: at most as long as its reservation is fresh. */
type Counted = Change & { readonly atMs: number; readonly callMs: number };
/** The largest number of first calls within any 60 minutes. */
function mostInAnHour(counted: readonly Counted[]): number {
  const within = (fromMs: number) =>
    counted.filter(({ callMs }) => callMs >= fromMs && callMs < fromMs + HOUR_MS).length;
  return Math.max(0, ...counted.map(({ callMs }) => within(callMs)));
}

const step = fc.record({
  // Several in a minute, and the moments about an hour later: there an entry of several could leave too early.
  waitMs: fc.oneof(
    fc.constant(0),
    fc.nat(MINUTE_MS / 2),
    fc.nat(40 * MINUTE_MS),
    fc.integer({ min: HOUR_MS - MINUTE_MS, max: HOUR_MS }),
    fc.integer({ min: WINDOW_MS - MINUTE_MS, max: WINDOW_MS }),
  ),
  callAfterMs: fc.oneof(fc.constantFrom(0, FRESH_MS), fc.nat(FRESH_MS)),
  account: fc.constantFrom(...ACCOUNTS),
  key: fc.nat(20),
  what: fc.constantFrom("reserve", "reserve", "reserve", "reserve", "take back"),
});
const limit = fc.integer({ min: 0, max: 4 });

type Step = {
  readonly waitMs: number;
  readonly callAfterMs: number;
  readonly account: string;
  readonly key: number;
  readonly what: string;
};
/** Takes the steps, later than all before and with keys of their own; gives what was counted and not taken back. */
async function run(steps: readonly Step[], limits: BudgetLimits): Promise<readonly Counted[]> {
  nowMs += 10 * HOUR_MS;
  const id = randomUUID();
  let counted: readonly Counted[] = [];
  for (const { waitMs, callAfterMs, account, key, what } of steps) {
    nowMs += waitMs;
    const change = { account, key: `${id} ${account} ${key}` };
    const known = counted.find((one) => one.key === change.key && one.atMs > nowMs - WINDOW_MS);
    if (what === "take back") {
      await takeBack(change);
      counted = counted.filter((one) => one !== known);
    } else if (known !== undefined) await reserveAgain(change, limits);
    else if ((await reserve(change, limits)) === null)
      counted = [...counted, { ...change, atMs: nowMs, callMs: nowMs + callAfterMs }];
  }
  return counted;
}

/** A repeat has the room that it took, and takes no more. */
async function reserveAgain(change: Change, limits: BudgetLimits): Promise<void> {
  const { reads } = await read(change);
  expect(await reserve(change, limits)).toBe(null);
  expect((await read(change)).reads).toEqual(reads);
}

test("within any 60 minutes never more begins than the budgets of account and of all tenants' accounts allow, each once", async () => {
  const steps = fc.array(step, { maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(steps, limit, limit, async (taken, perAccountPerHour, perHour) => {
      const counted = await run(taken, { perAccountPerHour, perHour });
      expect(mostInAnHour(counted)).toBeLessThanOrEqual(perHour);
      for (const account of ACCOUNTS) {
        const own = counted.filter((one) => one.account === account);
        expect(mostInAnHour(own)).toBeLessThanOrEqual(perAccountPerHour);
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("changes of one minute leave the window with the latest of them, not before", async () => {
  nowMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  const steps = [0, 20_000, WINDOW_MS - 15_000, 0].map((waitMs, key) => ({
    ...{ waitMs, key, callAfterMs: 0, account: ACCOUNTS[0], what: "reserve" },
  }));
  const counted = await run(steps, { perAccountPerHour: 2, perHour: 2 });
  expect(counted).toHaveLength(2);
});

test("the budget of all accounts is one for every tenant, and a change keeps its room in it", async () => {
  nowMs += 10 * HOUR_MS;
  const limits = { perAccountPerHour: 5, perHour: 2 };
  const [ours, theirs, more] = [ACCOUNTS[0], ACCOUNTS[2], ACCOUNTS[2]].map((account) => ({
    account,
    key: randomUUID(),
  }));
  if (ours === undefined || theirs === undefined || more === undefined) throw new Error("three changes");
  expect(await reserve(ours, limits)).toBe(null);
  expect(await reserve(theirs, limits)).toBe(null);
  await reserveAgain(theirs, limits);
  expect(await reserve(more, limits)).toBe(timestamp(nowMs + WINDOW_MS));
  await takeBack(ours);
  expect(await reserve(more, limits)).toBe(null);
});

test("the first calls of changes that a whole window lies between are an hour apart, however late the first is made", async () => {
  nowMs += 10 * HOUR_MS;
  const limits = { perAccountPerHour: 1, perHour: 1 };
  const [one, other] = [0, 1].map(() => ({ account: ACCOUNTS[0], key: randomUUID() }));
  if (one === undefined || other === undefined) throw new Error("two changes");
  expect(await reserve(one, limits)).toBe(null);
  const latestCallMs = nowMs + FRESH_MS;
  nowMs = latestCallMs + HOUR_MS - 1;
  expect(await reserve(other, limits)).toBe(timestamp(latestCallMs + HOUR_MS));
  nowMs += 1;
  expect(await reserve(other, limits)).toBe(null);
});

test("a change has room at the latest a minute after the window of the oldest ones, at the time that is told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(70_000), { minLength: 1, maxLength: 12 }), async (waitsMs) => {
      nowMs += 10 * HOUR_MS;
      const account = "111122223333";
      const run = randomUUID();
      const limits = { perAccountPerHour: waitsMs.length, perHour: 1000 };
      const [first = 0, ...others] = waitsMs;
      nowMs += first;
      const oldestMs = nowMs;
      await reserve({ account, key: `${run} 0` }, limits);
      for (const [at, waitMs] of others.entries()) {
        nowMs += waitMs;
        expect(await reserve({ account, key: `${run} ${at + 1}` }, limits)).toBe(null);
      }
      const next = { account, key: `${run} next` };
      const room = await reserve(next, limits);
      if (room === null || room === "never") throw new Error(`expected a time, got ${room}`);
      expect(Date.parse(room)).toBeGreaterThanOrEqual(oldestMs + WINDOW_MS);
      expect(Date.parse(room)).toBeLessThan(oldestMs + WINDOW_MS + MINUTE_MS);
      nowMs = Date.parse(room);
      expect(await reserve(next, limits)).toBe(null);
    }),
    { numRuns: 50 },
  );
}, 60_000);

test("what is stored of the largest budget, spent over the whole window, stays far below what an item may hold", async () => {
  const most = responsePolicySchema.shape.budget.unwrap().shape.perHour.unwrap().maxValue ?? 0;
  expect(most).toBe(10_000);
  // Ten thousand commits say no more of the size than what would be committed.
  const items = new Map<string, Item>();
  const store = { get: async ({ pk }: { pk: string }) => items.get(pk) };
  const of = { tenant, account: "111122223333" };
  const limits = { perAccountPerHour: most, perHour: most };
  let largest = 0;
  for (let at = 0; at < most; at++) {
    const now = timestamp(BEGIN_MS + Math.floor((at * WINDOW_MS) / most));
    const budgets = await readBudgets({ store }, { ...of, key: `change ${at}`, now });
    expect(roomAt(budgets, limits)).toBe(null);
    for (const one of countWrites(budgets, now)) {
      largest = Math.max(largest, sizeOf(one, storedText(one) ?? ""));
      if (one.kind === "put") items.set(one.item.pk, { ...one.item, version: at });
    }
  }
  const now = timestamp(BEGIN_MS + WINDOW_MS - 1);
  expect(roomAt(await readBudgets({ store }, { ...of, key: "one more", now }), limits)).not.toBe(null);
  expect(largest).toBeLessThan(ITEM_BYTES_MAX);
  const stored = items.get(budgetKey(tenant, BUDGET_ALL).pk);
  expect(JSON.stringify(stored?.data).length).toBeLessThan(4 * 1024);
});
