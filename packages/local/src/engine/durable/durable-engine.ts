import { decode } from "@ephor/app/items";
import { executionKey } from "@ephor/app/keys";
import type { Executions, Item, StartExecution, TaskTokenError, Write } from "@ephor/app/ports";
import { serialByKey } from "@ephor/app/serially";
import { EphorException, ephorError } from "@ephor/domain/error";
import { runIdOf } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { advance } from "../advance.ts";
import type { Definition } from "../definition.ts";
import { restore } from "../restore.ts";
import type { Advance, Command, EngineEvent, ExecutionState, InvokeTask, Outcome } from "../types.ts";
import { definitionStore } from "./definitions.ts";
import type { DurableEngine, DurableEngineDeps, Running } from "./engine-ports.ts";
import { outstandingFrom } from "./outstanding-from.ts";
import {
  endedLine,
  executionItem,
  executionNameKey,
  historyWrites,
  lifeFrom,
  readHistory,
  runningIn,
  runningLine,
  type StoredExecution,
  tokenKey,
  tokenWrites,
} from "./stored.ts";
import { timerTable } from "./timer-table.ts";

type Live = Running & { readonly line: StoredExecution; readonly definition: Definition; state: ExecutionState };
type Unstamped<E> = E extends EngineEvent ? Omit<E, "at" | "entropy"> : never;
type NewEvent = Unstamped<EngineEvent>;

/** The store takes 100 items at a time; the rest of an advance's tokens follow before anything is invoked. */
const TOKENS_FIRST = 80;
const ENTROPY_BYTES = 24;
const TAKE_UP_AGAIN_MS = 5_000;

/**
 * Standard workflows on one node (architecture rule 6). The core decides, this driver keeps: each advance is one transaction
 * of history, tokens and, at its end, the outcome; only then is what it asks for carried out. Executions wait in memory and
 * are rebuilt from history after a restart.
 */
export function durableEngine(d: DurableEngineDeps): DurableEngine {
  const definitions = definitionStore(d.blobs);
  const timers = timerTable(d);
  const live = new Map<string, Live>();
  const onEnd = new Map<string, (() => void)[]>();
  const underWay = new Set<Promise<unknown>>();
  const serially = serialByKey();
  let isStopped = false;

  const stamp = <E extends NewEvent>(event: E): E & { at: string; entropy: string } => ({
    ...event,
    at: d.clock.now(),
    entropy: Buffer.from(d.random.bytes(ENTROPY_BYTES)).toString("hex"),
  });

  function track<T>(work: Promise<T>): Promise<T> {
    const watched = work.finally(() => underWay.delete(watched));
    underWay.add(watched);
    return watched;
  }

  /** For work that nobody waits for: where it fails, the execution is let go and taken up again from its history. */
  function background(run: Live, work: Promise<unknown>): void {
    track(work).catch((cause) => {
      d.log.error("execution.stuck", { execution: run.id, error: cause, correlation_id: run.correlationId });
      live.delete(run.id);
      timers.stopAll(run.id);
      d.timers.after(TAKE_UP_AGAIN_MS, () => background(run, takeUpAgain(run)));
    });
  }

  async function takeUpAgain({ tenant, id }: Pick<Live, "tenant" | "id">): Promise<void> {
    const item = await d.store.get(executionKey(tenant, id));
    if (item?.indexes?.due !== undefined && !live.has(id) && !isStopped) await takeUp(tenant, item);
  }

  async function start(of: StartExecution): ReturnType<Executions["start"]> {
    const source = d.workflows.find(({ name, type }) => name === of.workflow && type === "standard");
    if (source === undefined) return err(ephorError("workflow.not-found", `no standard workflow ${of.workflow}`));
    const kept = await definitions.keep(of.tenant, source.definition);
    if (!kept.ok) return kept;
    const { definition, hash } = kept.value;
    const startedAt = d.clock.now();
    const id = runIdOf(epochMsOf(startedAt), d.random.bytes(16));
    const { tenant, workflow, name, input, correlationId } = of;
    const identity = { id, name, stateMachine: { id: workflow, name: workflow } };
    const step = await advance(definition, undefined, stamp({ kind: "started", identity, input }));
    const line = runningLine(of, { id, startedAt, definitionHash: hash });
    const run: Live = { tenant, id, workflow, correlationId, line, definition, state: step.state };
    const named: Write = {
      kind: "put",
      item: { ...executionNameKey(tenant, of), v: 1, data: { id } },
      when: { kind: "absent" },
    };
    const isNew = await serially(id, () => begin(run, { step, named }));
    return isNew
      ? ok({ id })
      : err(ephorError("execution.already-exists", `${workflow} was started as ${name} before`));
  }

  /** Known as running before it is stored, so that `resume` does not take it for one of an earlier process. */
  async function begin(run: Live, { step, named }: { step: Advance; named: Write }): Promise<boolean> {
    live.set(run.id, run);
    try {
      if (!(await persist(run, { step, first: [named] }))) return false;
    } catch (cause) {
      live.delete(run.id);
      throw cause;
    }
    carryOut(run, step.commands);
    return true;
  }

  /** Writes one advance; false where another writer was there first, which then has the execution. */
  async function persist(run: Live, { step, first }: { step: Advance; first: readonly Write[] }): Promise<boolean> {
    const { tenant, id } = run;
    const { outcome } = step.state;
    const now = d.clock.now();
    const line = outcome === undefined ? run.line : endedLine(run.line, { outcome, endedAt: now });
    const life = lifeFrom(now, d.retention);
    const item = executionItem(tenant, { line, life });
    const isTold = first.length > 0 || outcome !== undefined;
    const tokens = tokenWrites(tenant, { id, commands: step.commands, life });
    const done = await d.store.transact([
      ...first,
      ...historyWrites(tenant, { id, events: step.history, life }),
      ...(isTold ? [{ kind: "put", item, when: { kind: "any" } } as const] : []),
      ...tokens.slice(0, TOKENS_FIRST),
    ]);
    if (!done.ok) {
      live.delete(id);
      if (done.error.code === "store.conflict") return false;
      throw new EphorException(done.error);
    }
    await writeTokens(tokens.slice(TOKENS_FIRST));
    run.state = step.state;
    if (outcome !== undefined) end(run, outcome);
    return true;
  }

  async function writeTokens(tokens: readonly Write[]): Promise<void> {
    for (let from = 0; from < tokens.length; from += TOKENS_FIRST) {
      const done = await d.store.transact(tokens.slice(from, from + TOKENS_FIRST));
      if (!done.ok) throw new EphorException(done.error);
    }
  }

  function end({ id, workflow, correlationId }: Live, { status }: Outcome): void {
    timers.stopAll(id);
    live.delete(id);
    d.log.info("execution.ended", { execution: id, workflow, status, correlation_id: correlationId });
    for (const tell of onEnd.get(id) ?? []) tell();
    onEnd.delete(id);
  }

  function carryOut(run: Live, commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind === "invoke-task") background(run, invoke(run, command));
      if (command.kind === "cancel-timer") timers.stop(run.id, command.timerId);
      if (command.kind === "start-timer") {
        const { timerId, at } = command;
        const fire = () => background(run, tell(run.id, { kind: "timer-fired", timerId }));
        timers.start(run.id, { timerId, at, fire });
      }
    }
  }

  async function invoke(run: Live, task: InvokeTask): Promise<void> {
    if (isStopped) return;
    const outcome = await d.invoke(run, task);
    const { taskId } = task;
    if (outcome.kind === "failed") {
      const { error, cause } = outcome;
      await tell(run.id, { kind: "task-failed", taskId, error, cause });
    } else if (task.taskToken === undefined) {
      await tell(run.id, { kind: "task-succeeded", taskId, output: outcome.output });
    }
  }

  /** One event to one execution; false where it does not wait for it, or has ended. */
  function tell(id: string, event: NewEvent): Promise<boolean> {
    return serially(id, async () => {
      const run = live.get(id);
      if (run === undefined || isStopped) return false;
      if ("taskId" in event && !run.state.outstanding.has(event.taskId)) return false;
      const step = await advance(run.definition, run.state, stamp(event));
      if (step.history.length === 0) run.state = step.state;
      else if (!(await persist(run, { step, first: [] }))) return false;
      carryOut(run, step.commands);
      return true;
    });
  }

  /** `resume` and an answer that comes before it may both want the same one. */
  function takeUp(tenant: Tenant, item: Item): Promise<number> {
    const line = decode("execution", item) as StoredExecution;
    return serially(`take up ${line.id}`, () => takeUpLine(tenant, line));
  }

  async function takeUpLine(tenant: Tenant, line: StoredExecution): Promise<number> {
    const { id, workflow, correlationId } = line;
    if (live.has(id)) return 0;
    const definition = await definitions.load(tenant, line.definitionHash);
    if (definition === undefined) {
      d.log.error("execution.stuck", {
        execution: id,
        error: "its definition is not stored",
        correlation_id: correlationId,
      });
      return 0;
    }
    const state = restore(definition, await readHistory(d.store, { tenant, id }));
    // It began in this process and ended since `item` was read.
    if (state.outcome !== undefined) return 0;
    const run: Live = { tenant, id, workflow, correlationId, line, definition, state };
    const commands = outstandingFrom(state, d.clock.now());
    live.set(id, run);
    await writeTokens(tokenWrites(tenant, { id, commands, life: lifeFrom(d.clock.now(), d.retention) }));
    carryOut(run, commands);
    return 1;
  }

  type Answer = { tenant: Tenant; token: string };

  async function answer(
    { tenant, token }: Answer,
    event: (taskId: string) => NewEvent,
  ): Promise<Result<void, TaskTokenError>> {
    const item = await d.store.get(tokenKey(tenant, token));
    const { execution, taskId } = item?.data ?? {};
    if (typeof execution !== "string" || typeof taskId !== "string") {
      return err(ephorError("task.does-not-exist", "no task waits for this token"));
    }
    if (await track(tellStored({ tenant, id: execution }, event(taskId)))) return ok(undefined);
    // Not "nobody waits": whoever answers would take that for done.
    if (isStopped)
      throw new EphorException(ephorError("node.busy", "the node is stopping; answer again after its start"));
    return err(ephorError("task.timed-out", "the task does not wait for an answer any more"));
  }

  /** As `tell`, also where the execution runs and was not taken up yet, or was let go. */
  async function tellStored(of: Pick<Live, "tenant" | "id">, event: NewEvent): Promise<boolean> {
    if (!live.has(of.id)) await takeUpAgain(of);
    if (await tell(of.id, event)) return true;
    if (live.has(of.id)) return false;
    await takeUpAgain(of);
    return tell(of.id, event);
  }

  return {
    start: (of) => track(start(of)),
    succeed: (of) => answer(of, (taskId) => ({ kind: "task-succeeded", taskId, output: of.output })),
    fail: (of) => answer(of, (taskId) => ({ kind: "task-failed", taskId, error: of.error, cause: of.cause })),
    heartbeat: (of) => answer(of, (taskId) => ({ kind: "task-heartbeat", taskId })),
    resume: async (tenants) => {
      let count = 0;
      for (const tenant of tenants)
        for await (const item of runningIn(d.store, tenant)) count += await takeUp(tenant, item);
      return count;
    },
    abort: async ({ tenant, id, error, cause }) => {
      const isRunning = live.get(id)?.tenant === tenant && (await track(tell(id, { kind: "aborted", error, cause })));
      return isRunning ? ok(undefined) : err(ephorError("execution.not-found", `no running execution ${id}`));
    },
    ended: (id) =>
      live.has(id) ? new Promise((resolve) => onEnd.set(id, [...(onEnd.get(id) ?? []), resolve])) : Promise.resolve(),
    running: () => live.size,
    stop: async () => {
      isStopped = true;
      for (const id of timers.executions()) timers.stopAll(id);
      await Promise.allSettled(underWay);
    },
  };
}
