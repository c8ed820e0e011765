import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log, Store } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { expect, onTestFinished, test } from "vitest";
import { openSqlite } from "../../sqlite/open-sqlite.ts";
import type { TaskOutcome } from "../types.ts";
import { durableEngine } from "./durable-engine.ts";

const tenant = DEFAULT_TENANT;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const definition = {
  QueryLanguage: "JSONata",
  StartAt: "Work",
  States: { Work: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Arguments: {}, End: true } },
};

/** An engine on a store of its own whose one task answers when the test says so. `wrap` stands between it and the store. */
function anEngine({ wrap = (store) => store }: { wrap?: (store: Store) => Store } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-engine-"));
  const clock = { now: () => timestamp(Date.UTC(2026, 0, 1)) };
  const sqlite = openSqlite({ file: join(folder, "db"), clock });
  if (!sqlite.ok) throw new Error(sqlite.error.message);
  const { store, blobs, close } = sqlite.value;
  const answers: ((outcome: TaskOutcome) => void)[] = [];
  let drawn = 0;
  const engine = durableEngine({
    ...{ store: wrap(store), blobs, clock, log: quiet, timers: { after: () => () => undefined } },
    random: { bytes: (count) => new Uint8Array(count).fill(++drawn) },
    retention: { executionDays: 90 },
    workflows: [{ name: "work", type: "standard", definition }],
    invoke: () => new Promise((resolve) => answers.push(resolve)),
  });
  onTestFinished(async () => {
    for (const answer of answers) answer({ kind: "succeeded", output: {} });
    await engine.stop();
    close();
    rmSync(folder, { recursive: true });
  });
  const start = () => engine.start({ tenant, workflow: "work", name: "one", input: {}, correlationId: "c" });
  return { engine, answers, start };
}

async function started(start: ReturnType<typeof anEngine>["start"]): Promise<string> {
  const begun = await start();
  if (!begun.ok) throw new Error(begun.error.message);
  return begun.value.id;
}

test("an execution that began while the node was still resuming runs its task once", async () => {
  const { engine, answers, start } = anEngine();
  const id = await started(start);
  expect(await engine.resume([tenant])).toBe(0);
  expect(answers).toHaveLength(1);
  answers[0]?.({ kind: "succeeded", output: {} });
  await engine.ended(id);
  expect(engine.running()).toBe(0);
});

test("an execution that ended while the node was still resuming is not taken up", async () => {
  let beforePage = async () => {};
  const { engine, answers, start } = anEngine({
    wrap: (store) => ({
      ...store,
      query: async (query) => {
        const page = await store.query(query);
        if (query.index === "due") await beforePage();
        return page;
      },
    }),
  });
  const id = await started(start);
  beforePage = async () => {
    answers[0]?.({ kind: "succeeded", output: {} });
    await engine.ended(id);
  };
  expect(await engine.resume([tenant])).toBe(0);
  expect({ running: engine.running(), invoked: answers.length }).toEqual({ running: 0, invoked: 1 });
});

test("an execution that could not be stored is not running, and can be started again", async () => {
  let isAway = true;
  const { engine, start } = anEngine({
    wrap: (store) => ({
      ...store,
      transact: async (writes) => {
        if (isAway) throw new EphorException(ephorError("store.unavailable", "the disk is full"));
        return store.transact(writes);
      },
    }),
  });
  await expect(start()).rejects.toThrow("the disk is full");
  expect(engine.running()).toBe(0);
  isAway = false;
  await started(start);
  expect(engine.running()).toBe(1);
});
