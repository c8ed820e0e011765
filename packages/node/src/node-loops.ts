import type { Counters } from "@ephor/app/counters";
import { type Dispatched, dispatchNotices, dispatchQueue, dispatchStored, dueAt } from "@ephor/app/dispatch-effects";
import { EFFECTS_DUE, isNoticesDue } from "@ephor/app/keys";
import type { Clock, ItemInput, Log, Write } from "@ephor/app/ports";
import { signCheckpoint } from "@ephor/app/sign-checkpoint";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf, type Timestamp } from "@ephor/domain/time";
import type { SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import type { Timers } from "@ephor/local/timers/timers";
import type { TaskDeps } from "@ephor/tasks/registry";
import { runTask } from "@ephor/tasks/run-task";
import type { Topology } from "@ephor/topology/types";
import { type Loop, loop } from "./loop.ts";
import { noticeLane } from "./notice-lane.ts";

const CHECKPOINT_MS = 10_000;
/** A record is under a signed head within this time of its commit, without a signature a commit. */
const SIGN_SOON_MS = 500;
const EFFECTS_MS = 60_000;
const SWEEP_MS = 60_000;
const SWEEP_ROWS = 500;

type LoopDeps = {
  tenants: () => readonly Tenant[];
  taskDeps: TaskDeps;
  counts: Counters;
  schedules: Topology["schedules"];
};
/** Schedules whose work a node does at once, after the commit that brings it, and not only when they are due. */
const SOONER: ReadonlySet<string> = new Set(["dispatch-effects", "sign-checkpoint"]);

type LoopPorts = {
  readonly sqlite: SqliteStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
};

/** What goes on by itself: effects after each commit that has some, checkpoints soon after records, expired items. */
export function nodeLoops(ports: LoopPorts, { tenants, taskDeps, counts, schedules }: LoopDeps) {
  const { sqlite, timers } = ports;
  const effects: Loop = loop(ports, {
    name: "effects",
    everyMs: EFFECTS_MS,
    work: async () => {
      const of = (tenant: Tenant) => dispatchQueue(taskDeps, { tenant, queue: EFFECTS_DUE });
      effectsAgain(await Promise.all(tenants().map(of)));
    },
  });
  const effectsAgain = alarm(ports, effects.wake);
  // What calls others can take long: nothing waits behind it, and it waits for nothing.
  const lane = noticeLane({ log: ports.log, wake: () => notices.wake() });
  const notices: Loop = loop(ports, {
    name: "notices",
    everyMs: EFFECTS_MS,
    work: async () => noticesAgain([await dispatchNotices(taskDeps, { tenants: tenants(), lane })]),
  });
  const noticesAgain = alarm(ports, notices.wake);
  const beingTakenUp = new Set<Promise<void>>();
  const takeUp = (item: ItemInput): void => {
    if (dueAt(item) > ports.clock.now()) {
      notices.wake();
      return;
    }
    const taking = dispatchStored(taskDeps, { key: item, lane })
      .catch((error) => ports.log.error("sweep.failed", { name: "notices", error }))
      .finally(() => beingTakenUp.delete(taking));
    beingTakenUp.add(taking);
  };
  const checkpoints = loop(ports, {
    name: "checkpoints",
    everyMs: CHECKPOINT_MS,
    work: async () => {
      const signed = await Promise.all(tenants().map((one) => signCheckpoint(taskDeps, one)));
      for (const one of signed)
        if (!one.ok) ports.log.warn("checkpoint.failed", { code: one.error.code, reason: one.error.message });
    },
  });
  const sweep = loop(ports, { name: "expired", everyMs: SWEEP_MS, work: () => sweepAll(sqlite) });
  const scheduled = schedules
    .filter(({ task }) => !SOONER.has(task))
    .map(({ name, everySeconds, task }) =>
      loop(ports, {
        name,
        everyMs: everySeconds * 1000,
        work: async () => {
          const done = await runTask(taskDeps, { name: task, payload: { v: 1 } });
          if (!done.ok) ports.log.error("sweep.failed", { name, code: done.error.code, reason: done.error.message });
        },
      }),
    );
  const signSoon = debounced(timers, { delayMs: SIGN_SOON_MS, run: checkpoints.wake });
  const unlisten = sqlite.onCommit((writes) => {
    const appended = writes.filter(({ kind }) => kind === "append").length;
    counts.add("ephor_ledger_records_total", appended);
    if (putInto(writes, (queue) => queue === EFFECTS_DUE).length > 0) effects.wake();
    for (const item of putInto(writes, isNoticesDue)) takeUp(item);
    if (appended > 0) signSoon();
  });
  return {
    effects,
    notices,
    /** What came due while nothing ran. */
    catchUp: () => {
      for (const one of scheduled) one.wake();
    },
    stop: async () => {
      unlisten();
      lane.close();
      await Promise.all([effects, notices, sweep, checkpoints, ...scheduled].map((one) => one.stop()));
      await Promise.all(beingTakenUp);
      await lane.idle();
    },
  };
}

/** A part at a time, so that requests are answered in between. */
async function sweepAll(sqlite: SqliteStore): Promise<void> {
  while ((await sqlite.sweepExpired(SWEEP_ROWS)) >= SWEEP_ROWS) await new Promise((turn) => setImmediate(turn));
}

const putInto = (writes: readonly Write[], isIt: (queue: string | undefined) => boolean): readonly ItemInput[] =>
  writes.flatMap((write) => (write.kind === "put" && isIt(write.item.indexes?.due?.pk) ? [write.item] : []));

/** Wakes when the earliest is due of what waits for its time; one timer, however often it is asked. */
function alarm({ clock, timers }: LoopPorts, wake: () => void): (done: readonly Dispatched[]) => void {
  let set: { readonly at: Timestamp; readonly cancel: () => void } | undefined;
  return (done) => {
    for (const { nextAt: at } of done) {
      if (at === null || (set !== undefined && set.at <= at)) continue;
      set?.cancel();
      const ring = (): void => {
        set = undefined;
        wake();
      };
      set = { at, cancel: timers.after(epochMsOf(at) - epochMsOf(clock.now()), ring) };
    }
  };
}

/** Calls `run` once, `delayMs` after the first of several calls. */
function debounced(timers: Timers, { delayMs, run }: { delayMs: number; run: () => void }): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    timers.after(delayMs, () => {
      isWaiting = false;
      run();
    });
  };
}
