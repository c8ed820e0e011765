import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, type ExecutionLine } from "@ephor/app/items";
import { executionKey } from "@ephor/app/keys";
import type { Executions, Log } from "@ephor/app/ports";
import { type ErrorCode, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { durableEngine } from "@ephor/local/engine/durable/durable-engine";
import type { DurableEngine } from "@ephor/local/engine/durable/engine-ports";
import { runExpress } from "@ephor/local/engine/express";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { invoke } from "@ephor/node/invoke";
import { substitute } from "@ephor/topology/placeholders";
import { definitionOf, IDENTITY } from "../support/virtual-world.ts";
import { seededRandom } from "../world.ts";
import type { Case, Driver, Outcome } from "./case.ts";
import { comparable, scripted, tokenIn } from "./script.ts";
import { steppedTime } from "./stepped-time.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Of every execution, on every engine. */
export const NAME = "case";
const TURNS_MAX = 2_000;

/** A task's answer as the node's task runner gives it: an error has its code. */
type Ran = Result<Json>;
const failed = ({ error, cause }: { error: string; cause: string }): Ran => err(ephorError(error as ErrorCode, cause));

/** The local engine, whole: its store, its integrations and its timers, on time of its own. */
export const localDriver: Driver = async (one) => {
  const world = localWorld(one);
  try {
    const outcome = await world.run();
    return { ...outcome, calls: world.calls() };
  } finally {
    await world.close();
  }
};

function localWorld({ machines, input, script }: Case) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-conformance-"));
  const time = steppedTime();
  const random = seededRandom("conformance");
  const opened = openSqlite({ file: join(folder, "db"), clock: time.clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, blobs, close } = opened.value;
  const tasks = scripted(script);
  const workflows = machines.map(({ name, type, definition }) => ({
    ...{ name, type },
    definition: substitute(definition, (placeholder) => placeholder.name),
  }));

  async function runTask({ name, payload }: { name: string; payload: Json }): Promise<Ran> {
    const answer = tasks.answer(name, payload);
    if ("output" in answer) return ok(answer.output);
    if ("error" in answer) return failed(answer);
    if ("byToken" in answer) setImmediate(() => void byToken(tokenIn(payload) ?? "", answer.byToken));
    return ok(null);
  }
  type Later = Extract<ReturnType<typeof script>, { byToken: unknown }>["byToken"];
  async function byToken(token: string, answer: Later): Promise<void> {
    if ("output" in answer) await engine.succeed({ tenant, token, output: answer.output });
    else await engine.fail({ tenant, token, ...answer });
  }

  async function ended({ workflow, name }: { workflow: string; name: string }): Promise<ExecutionLine> {
    const id = started.get(`${workflow} ${name}`) ?? "";
    await engine.ended(id);
    return lineOf(id);
  }
  async function lineOf(id: string): Promise<ExecutionLine> {
    const item = await store.get(executionKey(tenant, id));
    if (item === undefined) throw new Error(`there is no execution ${id}`);
    return decode("execution", item);
  }

  const started = new Map<string, string>();
  const executions: Executions = {
    async start(of) {
      const begun = await engine.start(of);
      if (begun.ok) started.set(`${of.workflow} ${of.name}`, begun.value.id);
      return begun;
    },
  };
  const deps = { runTask, executions, ended };
  const engine: DurableEngine = durableEngine({
    ...{ store, blobs, random, log: quiet, workflows, clock: time.clock, timers: time.timers },
    retention: { executionDays: 90 },
    invoke: (running, task) => invoke(deps, running, task),
  });

  async function runStandard(): Promise<Outcome> {
    const [{ name: workflow }] = machines;
    const begun = await engine.start({ tenant, workflow, name: NAME, input, correlationId: "c" });
    if (!begun.ok) throw new Error(begun.error.message);
    const line = await untilEnded(async () => {
      const now = await lineOf(begun.value.id);
      return now.status === "RUNNING" ? undefined : now;
    });
    return outcomeOf(line);
  }

  async function runInMemory(): Promise<Outcome> {
    const [source] = workflows;
    const definition = definitionOf(source?.definition ?? {});
    const by = { tenant, id: IDENTITY.id, correlationId: "c", workflow: "case" };
    let outcome: Outcome | undefined;
    const options = {
      definition,
      input,
      identity: { ...IDENTITY, name: NAME },
      clock: time.clock,
      timers: time.timers,
      random,
    };
    void runExpress({ ...options, invoke: (task) => invoke(deps, by, task) }).then((run) => {
      outcome = outcomeOf(run);
    });
    return untilEnded(async () => outcome);
  }

  async function untilEnded<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      for (let step = 0; step < 20; step += 1) await new Promise((resolve) => setImmediate(resolve));
      const found = await look();
      if (found !== undefined) return found;
      // Only where nothing happens any more without time: what one timer sets off may set or end others.
      if (turn % 3 === 2) time.step();
    }
    throw new Error("the execution does not end");
  }

  return {
    run: () => (machines[0].type === "express" ? runInMemory() : runStandard()),
    calls: tasks.calls,
    async close() {
      await engine.stop();
      close();
      rmSync(folder, { recursive: true });
    },
  };
}

type Ended = { status: string; output?: Json; error?: string | null; cause?: string | null };

function outcomeOf({ status, output, error, cause }: Ended): Outcome {
  if (status === "SUCCEEDED") return { status, output: comparable(output ?? null) };
  return {
    status: status === "TIMED_OUT" ? "TIMED_OUT" : "FAILED",
    ...(error === null || error === undefined ? {} : { error }),
    ...(cause === null || cause === undefined ? {} : { cause }),
  };
}
