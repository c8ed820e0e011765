import type { Json } from "@ephor/domain/json";
import { advance } from "./advance.ts";
import type { Definition } from "./definition.ts";
import type { ExecutionIdentity, HistoryEvent } from "./history.ts";
import { scriptedWorld, type TaskAnswers } from "./scripted-world.ts";
import type { EngineEvent, ExecutionState, Outcome } from "./types.ts";

export type WorkflowRunOptions = {
  readonly definition: Definition;
  readonly input: Json;
  /** The execution's name in `$states.context`. */
  readonly name?: string | undefined;
  /** Answers by Resource ARN or FunctionName, taken in order; a call without one fails with States.TaskFailed. */
  readonly tasks?: TaskAnswers | undefined;
  /** When the execution starts, RFC 3339 UTC with milliseconds; its clock then moves with its waits. */
  readonly now: string;
  /** The seed of every $uuid, $random and jitter: the same seed gives the same run. */
  readonly entropy: string;
  /** Waits for real before a timer fires. Without it every wait passes at once. */
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined;
  /** Told of each step's history as it happens. */
  readonly onStep?: ((history: readonly HistoryEvent[]) => void) | undefined;
};

export type WorkflowRun = Outcome & {
  /** The states that were left, in order, with their output and the variables they assigned. */
  readonly states: readonly LeftState[];
  readonly history: readonly HistoryEvent[];
};
export type LeftState = {
  readonly name: string;
  readonly output: Json;
  readonly assigned?: Readonly<Record<string, Json>>;
};

/** Runs an execution in memory to its end, its tasks answered from a script. */
export async function runWorkflow(options: WorkflowRunOptions): Promise<WorkflowRun> {
  const { definition, input, name = "run", tasks = {}, now, entropy, sleep, onStep } = options;
  const world = scriptedWorld({ tasks, now, entropy, sleep });
  const history: HistoryEvent[] = [];
  let state: ExecutionState | undefined;
  let event: EngineEvent = { ...world.stamp(), kind: "started", identity: identityOf(name), input };
  for (;;) {
    const step = await advance(definition, state, event);
    state = step.state;
    history.push(...step.history);
    onStep?.(step.history);
    if (state.outcome !== undefined) return { ...state.outcome, states: statesLeft(history), history };
    for (const command of step.commands) world.carryOut(command);
    event = await world.next();
  }
}

const ACCOUNT = "arn:aws:states:local:000000000000";

const identityOf = (name: string): ExecutionIdentity => ({
  id: `${ACCOUNT}:execution:workflow:${name}`,
  name,
  roleArn: "arn:aws:iam::000000000000:role/workflow",
  stateMachine: { id: `${ACCOUNT}:stateMachine:workflow`, name: "workflow" },
});

export const statesLeft = (history: readonly HistoryEvent[]): LeftState[] => history.flatMap(leftState);

function leftState({ type, details }: HistoryEvent): LeftState[] {
  if (!type.endsWith("StateExited") || !("output" in details) || !("name" in details)) return [];
  const assigned = "assigned" in details ? details.assigned : undefined;
  return [{ name: details.name, output: details.output, ...(assigned === undefined ? {} : { assigned }) }];
}
