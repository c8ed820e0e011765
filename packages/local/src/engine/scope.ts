import type { Json, JsonObject } from "@ephor/domain/json";
import type { Scope } from "./evaluate.ts";
import { retryCountOf } from "./fold-activity.ts";
import { ADVANCE_VALUES } from "./jsonata/compile-expression.ts";
import type { Run, Visit } from "./run.ts";
import type { Branch } from "./types.ts";

type Seen = {
  readonly seen?: Readonly<Record<string, Json>>;
  readonly taskToken?: string;
  readonly mapItem?: Branch["mapItem"];
};

/**
 * What a state's expressions see: its scope's variables and those of outer scopes, `$states` and the event's values.
 * `seen` is `result` after success or `errorOutput` in a Catch.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function scopeOf(visit: Visit, { seen, taskToken, mapItem }: Seen = {}): Scope {
  const { run, branch, at } = visit;
  const context = contextOf(visit, { taskToken, mapItem: mapItem ?? mapItemOf(run, branch) });
  return {
    state: at.name,
    enteredEventId: at.enteredEventId,
    bindings: {
      ...variablesOf(run, branch),
      states: { input: at.input, context, ...seen },
      [ADVANCE_VALUES]: run.values,
    },
  };
}

/** Kinds that can be retried tell how often they were. */
const COUNTS_RETRIES: ReadonlySet<string> = new Set(["Task", "Parallel", "Map"]);

type ContextExtras = { readonly taskToken: string | undefined; readonly mapItem: Branch["mapItem"] | undefined };

/** The context object. Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function contextOf({ run, at }: Visit, { taskToken, mapItem }: ContextExtras): JsonObject {
  const { identity, input, startedAt } = run.state;
  const kind = run.definition.statesByName.get(at.name)?.kind ?? "";
  return {
    Execution: {
      Id: identity.id,
      Input: input,
      StartTime: startedAt,
      Name: identity.name,
      ...(identity.roleArn === undefined ? {} : { RoleArn: identity.roleArn }),
      RedriveCount: 0,
    },
    StateMachine: { Id: identity.stateMachine.id, Name: identity.stateMachine.name },
    State: {
      Name: at.name,
      EnteredTime: at.enteredAt,
      ...(COUNTS_RETRIES.has(kind) ? { RetryCount: retryCountOf(at) } : {}),
    },
    ...(mapItem === undefined ? {} : { Map: { Item: { Index: mapItem.index, Value: mapItem.value } } }),
    ...(taskToken === undefined ? {} : { Task: { Token: taskToken } }),
  };
}

function variablesOf(run: Run, branch: string): Readonly<Record<string, Json>> {
  const here = run.state.branches.get(branch);
  if (here?.parent === undefined) return here?.variables ?? {};
  return { ...variablesOf(run, here.parent.branch), ...here.variables };
}

function mapItemOf(run: Run, branch: string): Branch["mapItem"] | undefined {
  const here = run.state.branches.get(branch);
  if (here?.mapItem !== undefined || here?.parent === undefined) return here?.mapItem;
  return mapItemOf(run, here.parent.branch);
}
