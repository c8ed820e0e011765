import { createHash } from "node:crypto";
import type { Json } from "@ephor/domain/json";
import { advance } from "@ephor/local/engine/advance";
import type { Definition } from "@ephor/local/engine/definition";
import type { HistoryEvent } from "@ephor/local/engine/history";
import { restore } from "@ephor/local/engine/restore";
import type { Command, EngineEvent, ExecutionState, InvokeTask } from "@ephor/local/engine/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { definitionOf, IDENTITY, START } from "../workflows/support/virtual-world.ts";
import { anyWorkflow } from "./support/any-workflow.ts";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const RUNS = { seed, numRuns: 150 };

type Bare = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, "at" | "entropy"> : never) : never;
type Due = { readonly atMs: number; readonly key: string; readonly event: Bare };
type Run = { readonly state: ExecutionState; readonly history: readonly HistoryEvent[] };

const digest = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE();

/** What the world does with a task depends on the task alone, so that two runs of one workflow meet the same world. */
function answersTo({ taskId, stateName }: InvokeTask, nowMs: number): Due[] {
  const draw = digest(`${taskId} ${stateName}`);
  const after = (seconds: number, event: Bare): Due => ({ atMs: nowMs + seconds * 1_000, key: taskId, event });
  const answers: readonly Due[] = [
    after(draw % 3, { kind: "task-succeeded", taskId, output: { from: stateName, draw } }),
    after(0, { kind: "task-succeeded", taskId, output: draw }),
    after(draw % 5, { kind: "task-failed", taskId, error: "Boom", cause: "it was asked to" }),
    after(1, { kind: "task-failed", taskId, error: "Other" }),
    after(20, { kind: "task-succeeded", taskId, output: "late" }),
  ];
  const chosen = answers[draw % answers.length];
  return [after(3, { kind: "task-heartbeat", taskId }), ...(chosen === undefined ? [] : [chosen])];
}

/** Carries commands out and says what comes next, as a driver that keeps its timers and tasks over restarts. */
function makeWorld() {
  let nowMs = Date.parse(START);
  let due: Due[] = [];
  const without = (key: string) => due.filter((one) => one.key !== key);
  return {
    due: () => due,
    stamp: (event: Bare) => ({
      ...event,
      at: new Date(nowMs).toISOString(),
      entropy: `${nowMs} ${JSON.stringify(event)}`,
    }),
    next(): Bare {
      due.sort((one, other) => one.atMs - other.atMs || (one.key < other.key ? -1 : Number(one.key > other.key)));
      const first = due.shift();
      if (first === undefined) throw new Error("nothing is due, and the execution has not ended");
      nowMs = Math.max(nowMs, first.atMs);
      return first.event;
    },
    carryOut(command: Command): void {
      if (command.kind === "invoke-task") due.push(...answersTo(command, nowMs));
      if (command.kind === "cancel-task") due = without(command.taskId);
      if (command.kind === "cancel-timer") due = without(command.timerId);
      if (command.kind !== "start-timer") return;
      const event = { kind: "timer-fired", timerId: command.timerId } as const;
      due = [...without(command.timerId), { atMs: Date.parse(command.at), key: command.timerId, event }];
    },
  };
}

type Driven = { readonly definition: Definition; readonly restart: boolean };

/** Runs to the end; with `restart` the state is thrown away after every step, and every event is told twice. */
async function drive({ definition, restart }: Driven): Promise<Run> {
  const world = makeWorld();
  const history: HistoryEvent[] = [];
  const started: Bare = { kind: "started", identity: IDENTITY, input: { list: [1, 2, 3] } };
  let event: EngineEvent = world.stamp(started);
  let state: ExecutionState | undefined;
  for (;;) {
    const step = await advance(definition, state, event);
    state = step.state;
    history.push(...step.history);
    for (const command of step.commands) world.carryOut(command);
    if (restart) {
      state = restore(definition, JSON.parse(JSON.stringify(history)));
      expectSame(state, step.state);
      const again = await advance(definition, state, event);
      expect(again.history).toEqual([]);
      expect(again.commands.filter(({ kind }) => kind !== "start-timer")).toEqual([]);
    }
    if (state.outcome !== undefined) return { state, history };
    const waited = new Set(world.due().map(({ key }) => key));
    for (const [id, command] of state.outstanding) if (command.kind === "start-timer") expect(waited).toContain(id);
    event = world.stamp(world.next());
  }
}

/** A restored state is the one it was, but for the deadlines that heartbeats moved. */
function expectSame(restored: ExecutionState, kept: ExecutionState): void {
  const withoutBeats = (state: ExecutionState): unknown => [
    ...[...state.outstanding].map(([id, command]) => (id.startsWith("heartbeat-") ? id : command)),
    ...[...state.branches.values()].map(({ at, ...branch }) => [
      branch,
      at?.name,
      at?.input,
      at?.retries,
      at?.activity.kind,
    ]),
    state.lastEventId,
    state.outcome,
  ];
  expect(withoutBeats(restored)).toEqual(withoutBeats(kept));
}

const count = (history: readonly HistoryEvent[], pattern: RegExp): number =>
  history.filter(({ type }) => pattern.test(type)).length;

test(`a workflow stopped after every step and restored goes the way it would have gone (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorkflow, async (source: Json) => {
      const definition = definitionOf(source);
      const straight = await drive({ definition, restart: false });
      const restarted = await drive({ definition, restart: true });
      expect(restarted.history).toEqual(straight.history);
      expect(restarted.state.outcome).toEqual(straight.state.outcome);
    }),
    RUNS,
  );
});

test(`a history has no gaps, one end, and one answer a task at most (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(anyWorkflow, async (source: Json) => {
      const { history, state } = await drive({ definition: definitionOf(source), restart: false });
      expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
      for (const { id, previousEventId } of history) expect(previousEventId).toBeLessThan(id);
      expect(count(history, /^Execution(Succeeded|Failed|TimedOut|Aborted)$/)).toBe(1);
      expect(history.at(-1)?.type).toMatch(/^Execution/);
      expect(count(history, /^Task(Succeeded|Failed|TimedOut)$/)).toBeLessThanOrEqual(
        count(history, /^TaskScheduled$/),
      );
      expect(count(history, /StateExited$/)).toBeLessThanOrEqual(count(history, /StateEntered$/));
      expect([state.branches.size, state.outstanding.size]).toEqual([0, 0]);
    }),
    RUNS,
  );
});
