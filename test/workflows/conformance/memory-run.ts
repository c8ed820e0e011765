import { isJsonObject, type Json } from "@ephor/domain/json";
import { advance } from "@ephor/local/engine/advance";
import type { Definition } from "@ephor/local/engine/definition";
import type { HistoryEvent } from "@ephor/local/engine/history";
import type { Command, EngineEvent, ExecutionState, InvokeTask, Outcome } from "@ephor/local/engine/types";
import { IDENTITY, START } from "../support/virtual-world.ts";
import type { Answer, Case } from "./case.ts";
import { scripted } from "./script.ts";

type Bare = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, "at" | "entropy"> : never) : never;

const ADVANCES_MAX = 3_000;

/** The pure core alone, on time of its own: to look at thousands of executions. Gives every state as it was entered. */
export async function runInMemory(
  definition: Definition,
  { input, script }: Pick<Case, "input" | "script">,
): Promise<{ readonly outcome: Outcome; readonly entered: readonly string[] }> {
  const tasks = scripted(script);
  const timers = new Map<string, string>();
  const answers: Bare[] = [];
  const history: HistoryEvent[] = [];
  let at = START;
  let state: ExecutionState | undefined;
  let next: Bare = { kind: "started", input, identity: { ...IDENTITY, name: "case" } };

  function carryOut(command: Command): void {
    if (command.kind === "invoke-task") answers.push(answered(command, tasks.answer));
    if (command.kind === "start-timer") timers.set(command.timerId, command.at);
    if (command.kind === "cancel-timer") timers.delete(command.timerId);
  }

  for (let count = 0; count < ADVANCES_MAX; count += 1) {
    const step = await advance(definition, state, { ...next, at, entropy: `memory ${count}` });
    state = step.state;
    history.push(...step.history);
    for (const command of step.commands) carryOut(command);
    if (state.outcome !== undefined) return { outcome: state.outcome, entered: enteredIn(history) };
    const answer = answers.shift();
    if (answer !== undefined) {
      next = answer;
      continue;
    }
    const [timerId, due] = [...timers].sort(([, one], [, other]) => (one < other ? -1 : 1))[0] ?? ["", at];
    timers.delete(timerId);
    if (due > at) at = due;
    next = { kind: "timer-fired", timerId };
  }
  throw new Error(`the execution has not ended after ${ADVANCES_MAX} steps`);
}

const enteredIn = (history: readonly HistoryEvent[]): readonly string[] =>
  history.flatMap(({ type, details }) => (type.endsWith("StateEntered") && "name" in details ? [details.name] : []));

type Ask = (task: string, payload: Json) => Answer;

function answered({ taskId, resource, arguments: given, taskToken }: InvokeTask, ask: Ask): Bare {
  const args = isJsonObject(given) ? given : {};
  const answer = resource.includes(":states:startExecution")
    ? startedChild(args["StateMachineArn"], { resource, input: args["Input"] ?? {}, ask })
    : ask(String(args["FunctionName"]), args["Payload"] ?? {});
  const told = "byToken" in answer ? answer.byToken : answer;
  if ("error" in told) return { kind: "task-failed", taskId, ...told };
  const output = "output" in told ? told.output : null;
  const isWhole = taskToken !== undefined || resource.includes(":states:startExecution");
  return { kind: "task-succeeded", taskId, output: isWhole ? output : { Payload: output, StatusCode: 200 } };
}

/** As the machines that stand for children in explore.ts behave. */
function startedChild(
  name: Json | undefined,
  { resource, input, ask }: { resource: string; input: Json; ask: Ask },
): Answer {
  if (!resource.endsWith(".sync:2")) return { output: { ExecutionArn: "run_child" } };
  const answer = ask(`workflow-${String(name)}`, input);
  if ("output" in answer) return { output: { Output: answer.output, Status: "SUCCEEDED" } };
  return { error: "States.TaskFailed", cause: "the child failed" };
}
