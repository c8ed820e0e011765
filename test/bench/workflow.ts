import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@ephor/app/ports";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { durableEngine } from "@ephor/local/engine/durable/durable-engine";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { processTimers } from "@ephor/local/timers/timers";
import { type BenchRow, rounded } from "./row.ts";

const EXECUTIONS = 1500;
const STEPS = 6;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Six tasks, one after the other, each with its arguments and output evaluated and its result written before the next begins. */
const definition = {
  QueryLanguage: "JSONata",
  StartAt: "S1",
  States: Object.fromEntries(
    Array.from({ length: STEPS }, (_, at) => [
      `S${at + 1}`,
      {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: "work", Payload: { n: "{% $states.input.n + 1 %}" } },
        Output: "{% $states.result.Payload %}",
        ...(at + 1 === STEPS ? { End: true } : { Next: `S${at + 2}` }),
      },
    ]),
  ),
};

/** Durable workflow steps a second: Standard executions, many at a time, on SQLite with synchronous FULL. */
export async function benchWorkflow(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "ephor-bench-"));
  const clock = { now: () => timestamp(Date.now()) };
  const opened = openSqlite({ file: join(folder, "db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, blobs, close } = opened.value;
  const engine = durableEngine({
    ...{
      store,
      blobs,
      clock,
      timers: processTimers,
      log: quiet,
      random: { bytes: (count: number) => randomBytes(count) },
    },
    workflows: [{ name: "work", type: "standard", definition }],
    retention: { executionDays: 90 },
    invoke: async (_, task) => ({
      kind: "succeeded",
      output: { Payload: (task.arguments as { Payload: { n: number } }).Payload },
    }),
  });
  const run = async (prefix: string, count: number) => {
    const startedMs = performance.now();
    await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const begun = await engine.start({
          tenant: DEFAULT_TENANT,
          workflow: "work",
          name: `${prefix}${at}`,
          input: { n: 0 },
          correlationId: "bench",
        });
        if (begun.ok) await engine.ended(begun.value.id);
      }),
    );
    return (count * STEPS) / ((performance.now() - startedMs) / 1000);
  };
  await run("warm", 200);
  const perSecond = await run("run", EXECUTIONS);
  await engine.stop();
  close();
  rmSync(folder, { recursive: true });
  return [
    {
      name: "durable workflow steps",
      value: rounded(perSecond, 0),
      unit: "steps/s",
      must: ">= 5,000",
      reach: ">= 20,000",
      ok: perSecond >= 5000,
    },
  ];
}
