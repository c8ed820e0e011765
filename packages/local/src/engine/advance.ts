import { assertNever } from "@ephor/domain/result";
import { laterThan, ROOT } from "./branches.ts";
import type { Definition } from "./definition.ts";
import { drawsFrom } from "./draws.ts";
import { fold } from "./fold.ts";
import { hear } from "./hear.ts";
import type { HistoryEvent } from "./history.ts";
import { commandsBetween, withOutstanding } from "./outstanding.ts";
import { type Pending, type Run, record, type Work } from "./run.ts";
import { settle } from "./settle.ts";
import { enterState } from "./states/enter-state.ts";
import { iterate } from "./states/map-iterations.ts";
import type { Advance, EngineEvent, ExecutionState } from "./types.ts";
import { tooLarge } from "./write.ts";

/**
 * Takes an execution as far as it goes on `event` without the world: the new state, the history to append and the
 * commands to carry out, all to be written in one transaction. `state` is undefined for `started` alone.
 *
 * Pure: no clock, no randomness, no I/O, nothing it is given changes. The same arguments give the same answer, but for an
 * expression cut off by its time guard, whose failure then stands in history.
 */
export async function advance(
  definition: Definition,
  state: ExecutionState | undefined,
  event: EngineEvent,
): Promise<Advance> {
  if (state === undefined) return start(definition, event);
  const run = runOf({ definition, event, state, history: [] });
  const heard = await hear(run, event);
  if (heard.kind === "ignored") return { state, history: [], commands: heard.again };
  await workThrough(run, heard.pending);
  const after = withOutstanding(run.state);
  const commands = commandsBetween({ before: state.outstanding, after, answered: answeredBy(event) });
  return { state: after, history: run.history, commands };
}

async function start(definition: Definition, event: EngineEvent): Promise<Advance> {
  if (event.kind !== "started") throw new Error(`an execution begins with started, not ${event.kind}`);
  const { timeoutSeconds } = definition;
  const first: HistoryEvent = {
    id: 1,
    previousEventId: 0,
    type: "ExecutionStarted",
    timestamp: event.at,
    branch: ROOT,
    details: {
      ...event.identity,
      input: event.input,
      ...(timeoutSeconds === undefined ? {} : { deadline: laterThan(event.at, timeoutSeconds) }),
    },
  };
  const run = runOf({ definition, event, state: fold(definition, undefined, first), history: [first] });
  const excess = tooLarge(event.input, definition.startAt);
  if (excess !== undefined) record(run, { type: "ExecutionFailed", branch: ROOT, details: excess });
  run.work.push({ kind: "enter", branch: ROOT, name: definition.startAt, input: event.input });
  await workThrough(run, undefined);
  const state = withOutstanding(run.state);
  const commands = commandsBetween({ before: new Map(), after: state, answered: undefined });
  return { state, history: run.history, commands };
}

type Begun = { readonly event: EngineEvent } & Pick<Run, "definition" | "state" | "history">;

const runOf = ({ event, ...begun }: Begun): Run => ({
  ...begun,
  at: event.at,
  values: { milliseconds: Date.parse(event.at), draws: drawsFrom(event.entropy) },
  work: [],
});

/** Settles what is pending, then does the work left, until nothing is or the execution has ended. */
async function workThrough(run: Run, first: Pending | undefined): Promise<void> {
  let pending = first;
  while (run.state.outcome === undefined) {
    if (pending !== undefined) {
      pending = await settle(run, pending);
      continue;
    }
    const next = run.work.pop();
    if (next === undefined) return;
    // A branch that was dropped meanwhile leaves its work behind.
    if (run.state.branches.has(next.branch)) pending = await doWork(run, next);
  }
}

async function doWork(run: Run, work: Work): Promise<Pending | undefined> {
  switch (work.kind) {
    case "enter":
      return enterState(run, work);
    case "iterate":
      return iterate(run, work.branch);
    default:
      return assertNever(work);
  }
}

function answeredBy(event: EngineEvent): string | undefined {
  if (event.kind === "timer-fired") return event.timerId;
  return event.kind === "task-succeeded" || event.kind === "task-failed" ? event.taskId : undefined;
}
