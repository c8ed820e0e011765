import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redriveDeadLetter } from "@ephor/app/dead-letters";
import { listDeadLetters, listExecutions } from "@ephor/app/list-by-time";
import type { Log, Random, Store } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { expect, onTestFinished, test } from "vitest";
import { durableInbox } from "../inbox/inbox.ts";
import { openSqlite } from "../sqlite/open-sqlite.ts";
import { type BusDeps, type Delivered, type Delivery, localBus } from "./bus.ts";

const tenant = DEFAULT_TENANT;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const cursorKey = Buffer.alloc(32);
const done: Delivered = { execution: null, failure: null };

function chance(): Random {
  let draws = 0;
  return { bytes: (count) => createHash("sha256").update(String(draws++)).digest().subarray(0, count) };
}

/** A bus on a store of its own; timers fire when `elapse` is called. */
function aBus(more: Partial<BusDeps> & { deliver: BusDeps["deliver"] }, { depthMax = 1000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-bus-"));
  let nowMs = Date.parse("2026-03-01T00:00:00Z");
  const clock = { now: () => timestamp(nowMs) };
  const opened = openSqlite({ file: join(folder, "db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const sqlite = opened.value;
  const waiting: { atMs: number; run: () => void }[] = [];
  const timers = {
    after(delayMs: number, run: () => void) {
      waiting.push({ atMs: nowMs + delayMs, run });
      return () => {};
    },
  };
  let isBroken = false;
  const store: Store = {
    ...sqlite.store,
    transact: async (writes) => {
      if (isBroken) throw new EphorException(ephorError("store.unavailable", "disk full"));
      return sqlite.store.transact(writes);
    },
  };
  const random = chance();
  const retention = { inboxHours: 24, deadLetterDays: 14, executionDays: 90 };
  const base = { retention, store, blobs: sqlite.blobs, clock, random, timers, log: quiet };
  const make = () => localBus({ ...base, workflowsFor: () => ["work"], concurrency: 8, ...more });
  let bus = make();
  const inbox = durableInbox({
    ...base,
    depth: () => bus.depth(),
    depthMax,
    onAccepted: (event, item) => bus.enqueue(event, item),
  });
  onTestFinished(async () => {
    await bus.stop();
    sqlite.close();
    rmSync(folder, { recursive: true });
  });
  return {
    accept: (envelope: JsonObject) => inbox.accept({ tenant, envelope, correlationId: "c" }),
    redrive: (id: string) => redriveDeadLetter({ ...base, inbox }, { tenant, id, by: "alice" }),
    idle: () => bus.idle(),
    depth: () => bus.depth(),
    break: (is: boolean) => {
      isBroken = is;
    },
    async elapse() {
      for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
      nowMs += 40_000;
      for (const timer of waiting.splice(0)) timer.run();
    },
    /** Forgets everything in memory, as a crash does, and takes up what the store holds. */
    async restart() {
      await bus.stop();
      bus = make();
      return bus.resume([tenant]);
    },
    letters: async () => {
      const list = await listDeadLetters({ store, cursorKey }, { tenant, limit: 100 });
      return list.ok ? list.value.items : [];
    },
    executions: async () => {
      const list = await listExecutions({ store, cursorKey }, { tenant, limit: 100 });
      return list.ok ? list.value.items : [];
    },
  };
}
/** Delivers well, telling each time. */
const delivering =
  (tell: (delivery: Delivery) => void): BusDeps["deliver"] =>
  async (delivery) => {
    tell(delivery);
    return done;
  };
const event = (n: number): JsonObject => ({ id: `event-${n}`, detail: { n } });

test("every accepted event is delivered, in no order to rely on", async () => {
  const seen: unknown[] = [];
  const bus = aBus({ concurrency: 1, deliver: delivering(({ row }) => void seen.push(row.event["id"])) });
  const sent = Array.from({ length: 40 }, (_, n) => event(n));
  await Promise.all(sent.map((one) => bus.accept(one)));
  await bus.idle();
  expect(seen.toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
  expect(seen).not.toEqual(sent.map(({ id }) => id));
});

test("an event accepted twice within a day is one delivery", async () => {
  let deliveries = 0;
  const bus = aBus({ deliver: delivering(() => void deliveries++) });
  expect(await bus.accept(event(1))).toMatchObject({ value: { isNew: true } });
  await bus.idle();
  expect(await bus.accept(event(1))).toMatchObject({ value: { isNew: false } });
  await bus.idle();
  expect(deliveries).toBe(1);
});

test("what was accepted and not done is taken up after a crash", async () => {
  const seen: unknown[] = [];
  const bus = aBus({ deliver: delivering(({ row }) => void seen.push(row.event["id"])), concurrency: 0 });
  for (let n = 0; n < 5; n++) await bus.accept(event(n));
  expect(seen).toEqual([]);
  expect(await bus.restart()).toBe(5);
});

test("a delivery that breaks is tried three times more, then the whole event is a dead letter", async () => {
  let tries = 0;
  const bus = aBus({
    deliver: async () => {
      tries += 1;
      throw new Error("no way");
    },
  });
  await bus.accept(event(7));
  for (let turn = 0; turn < 6; turn++) await bus.elapse();
  await bus.idle();
  expect(tries).toBe(4);
  expect(await bus.letters()).toMatchObject([
    {
      kind: "event",
      attempts: 4,
      error: { code: "bus.undeliverable", message: "no way" },
      content: { value: event(7) },
    },
  ]);
});

test("a run that fails without keeping its event leaves a dead letter, and is not run again", async () => {
  let tries = 0;
  const bus = aBus({
    deliver: async () => {
      tries += 1;
      return { execution: null, failure: { code: "States.Timeout", message: "slow" } };
    },
  });
  await bus.accept(event(1));
  await bus.idle();
  expect(tries).toBe(1);
  expect(await bus.letters()).toMatchObject([{ error: { code: "States.Timeout" } }]);
});

test("a dead letter that is redriven goes through again and is gone", async () => {
  let isUp = false;
  const bus = aBus({
    deliver: async () => (isUp ? done : { execution: null, failure: { code: "detection.failed", message: "bug" } }),
  });
  await bus.accept(event(1));
  await bus.idle();
  isUp = true;
  const [letter] = await bus.letters();
  expect(await bus.redrive(letter?.id ?? "")).toMatchObject({ ok: true });
  await bus.idle();
  expect(await bus.letters()).toEqual([]);
  expect(await bus.redrive(letter?.id ?? "")).toMatchObject({ ok: false, error: { code: "dead-letter.not-found" } });
});

test("a store that is down for a while loses nothing", async () => {
  let deliveries = 0;
  const bus = aBus({
    deliver: delivering(() => {
      deliveries++;
      if (deliveries === 1) bus.break(true);
    }),
  });
  await bus.accept(event(1));
  await bus.elapse();
  await bus.elapse();
  expect(bus.depth()).toBe(1);
  bus.break(false);
  await bus.elapse();
  await bus.idle();
  expect(await bus.letters()).toEqual([]);
  expect(deliveries).toBeGreaterThan(0);
});

test("an event that could not be stored is refused, leaves nothing behind, and goes through when it is sent again", async () => {
  let deliveries = 0;
  const bus = aBus({ deliver: delivering(() => void deliveries++) });
  bus.break(true);
  await expect(bus.accept(event(1))).rejects.toMatchObject({ error: { code: "store.unavailable" } });
  await bus.elapse();
  bus.break(false);
  await bus.elapse();
  await bus.idle();
  expect(deliveries).toBe(0);
  expect(await bus.accept(event(1))).toMatchObject({ ok: true, value: { isNew: true } });
  await bus.idle();
  expect(await bus.restart()).toBe(0);
});

test("an event that comes again while the first is under way is one event", async () => {
  let deliveries = 0;
  const bus = aBus({ deliver: delivering(() => void deliveries++) });
  const both = await Promise.all([bus.accept(event(1)), bus.accept(event(1))]);
  expect(both.map((one) => one.ok && one.value.isNew).toSorted()).toEqual([false, true]);
  await bus.idle();
  expect(await bus.accept(event(1))).toMatchObject({ ok: true, value: { isNew: false } });
  await bus.idle();
  expect(deliveries).toBe(1);
});

test("a full inbox says so and takes events again once it has room", async () => {
  let release: (delivered: Delivered) => void = () => {};
  const bus = aBus({ deliver: () => new Promise<Delivered>((resolve) => (release = resolve)) }, { depthMax: 1 });
  await bus.accept(event(1));
  expect(await bus.accept(event(2))).toMatchObject({ ok: false, error: { code: "node.busy" } });
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  release(done);
  await bus.idle();
  expect(await bus.accept(event(2))).toMatchObject({ ok: true });
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  release(done);
});

test("an event delivered twice is told to the workflow twice and done once", async () => {
  let deliveries = 0;
  const bus = aBus({ deliver: delivering(() => void deliveries++), duplicateRate: 1 });
  await bus.accept(event(1));
  await bus.idle();
  expect(deliveries).toBeGreaterThanOrEqual(1);
  expect(await bus.letters()).toEqual([]);
});
