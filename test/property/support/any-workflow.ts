import type { Json, JsonObject } from "@ephor/domain/json";
import fc from "fast-check";

/** A workflow as a tree: a sequence of steps, some of which hold further sequences. */
type Step =
  | { readonly kind: "pass"; readonly expression: string; readonly assigns: boolean }
  | { readonly kind: "choice"; readonly takesRule: boolean }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "task"; readonly handles: Handles; readonly times: JsonObject; readonly token: boolean }
  | { readonly kind: "parallel"; readonly handles: Handles; readonly branches: readonly (readonly Step[])[] }
  | { readonly kind: "map"; readonly handles: Handles; readonly settings: JsonObject; readonly body: readonly Step[] };
type Handles = { readonly retry: boolean; readonly catches: "ALL" | "Boom" | "none" };

const handles: fc.Arbitrary<Handles> = fc.record({
  retry: fc.boolean(),
  catches: fc.constantFrom("ALL", "ALL", "Boom", "none"),
});
const expression = fc.constantFrom(
  "{% $states.input %}",
  "{% {'id': $uuid(), 'at': $now(), 'draw': $random(), 'was': $string($states.input)} %}",
  "{% $states.context.State.EnteredTime %}",
  "{% $states.context.Map.Item %}",
  "{% $missing %}",
  "{% $count($states.input) + $millis() %}",
);
const times = fc.constantFrom(
  {},
  { TimeoutSeconds: 7 },
  { TimeoutSeconds: 9, HeartbeatSeconds: 4 },
  { HeartbeatSeconds: 5 },
);

const { steps } = fc.letrec<{ step: Step; steps: readonly Step[] }>((tie) => ({
  steps: fc.array(tie("step"), { minLength: 1, maxLength: 3, depthIdentifier: "workflow" }),
  step: fc.oneof(
    { depthIdentifier: "workflow", maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant("pass" as const), expression, assigns: fc.boolean() }),
    fc.record({ kind: fc.constant("choice" as const), takesRule: fc.boolean() }),
    fc.record({ kind: fc.constant("wait" as const), seconds: fc.nat(12) }),
    fc.record({ kind: fc.constant("task" as const), handles, times, token: fc.boolean() }),
    fc.record({
      kind: fc.constant("parallel" as const),
      handles,
      branches: fc.array(tie("steps"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant("map" as const),
      handles,
      body: tie("steps"),
      settings: fc.record(
        { MaxConcurrency: fc.nat(3), ToleratedFailureCount: fc.nat(2), ToleratedFailurePercentage: fc.nat(100) },
        { requiredKeys: [] },
      ),
    }),
  ),
}));

/** Workflows of every state type, nested, that fail, wait, retry and catch. */
export const anyWorkflow: fc.Arbitrary<Json> = fc
  .record({ steps, timeout: fc.option(fc.integer({ min: 5, max: 60 }), { nil: undefined, freq: 4 }) })
  .map(({ steps: sequence, timeout }) => ({
    QueryLanguage: "JSONata",
    ...(timeout === undefined ? {} : { TimeoutSeconds: timeout }),
    ...machineOf(sequence, { count: 0 }),
  }));

type Names = { count: number };

function machineOf(sequence: readonly Step[], names: Names): JsonObject {
  const first = names.count;
  const named = sequence.map((step) => {
    const name = `S${names.count}`;
    names.count += 1;
    return { step, name };
  });
  const end = `End${first}`;
  const states: Record<string, Json> = { [end]: { Type: "Succeed" } };
  for (const [index, { step, name }] of named.entries()) {
    Object.assign(states, statesOf(step, { name, next: named[index + 1]?.name ?? end, names }));
  }
  return { StartAt: named[0]?.name ?? end, States: states };
}

type Placed = { readonly name: string; readonly next: string; readonly names: Names };

function statesOf(step: Step, { name, next, names }: Placed): JsonObject {
  switch (step.kind) {
    case "pass": {
      const assign = step.assigns ? { Assign: { [`v${name}`]: step.expression } } : {};
      return { [name]: { Type: "Pass", Output: step.expression, ...assign, Next: next } };
    }
    case "choice": {
      const Condition = `{% ${step.takesRule} %}`;
      return { [name]: { Type: "Choice", Choices: [{ Condition, Next: next, Output: name }], Default: next } };
    }
    case "wait":
      return { [name]: { Type: "Wait", Seconds: step.seconds, Next: next } };
    case "task": {
      const Resource = `arn:aws:states:::lambda:invoke${step.token ? ".waitForTaskToken" : ""}`;
      const Arguments = { Token: step.token ? "{% $states.context.Task.Token %}" : null, Input: "{% $states.input %}" };
      return {
        [name]: { Type: "Task", Resource, Arguments, ...step.times, ...handlersOf(step.handles, next), Next: next },
      };
    }
    case "parallel": {
      const Branches = step.branches.map((branch) => machineOf(branch, names));
      return { [name]: { Type: "Parallel", Branches, ...handlersOf(step.handles, next), Next: next } };
    }
    case "map": {
      const body = machineOf(step.body, names);
      const map = { Type: "Map", Items: ["a", "b", "c"], ItemProcessor: body, ...step.settings };
      return { [name]: { ...map, ...handlersOf(step.handles, next), Next: next } };
    }
    default:
      throw new Error("an unknown step");
  }
}

function handlersOf({ retry, catches }: Handles, next: string): JsonObject {
  const catcher = { ErrorEquals: [catches === "ALL" ? "States.ALL" : catches], Next: next };
  const retrier = { ErrorEquals: ["States.ALL"], MaxAttempts: 2, IntervalSeconds: 3, JitterStrategy: "FULL" };
  return { ...(retry ? { Retry: [retrier] } : {}), ...(catches === "none" ? {} : { Catch: [catcher] }) };
}
