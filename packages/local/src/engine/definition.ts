import type { Json } from "@ephor/domain/json";

/**
 * A parsed state machine: every field checked, every JSONata expression compiled once. Made by `parseDefinition` alone.
 * Source: https://states-language.net/spec.html and the Step Functions developer guide.
 */
export type Definition = Machine & {
  /** Every state of the machine and of its branches and processors, by its name, which is unique in the whole definition. */
  readonly statesByName: ReadonlyMap<string, State>;
  /** The longest an execution may run, in seconds. */
  readonly timeoutSeconds?: number | undefined;
};

export type Machine = { readonly startAt: string; readonly states: ReadonlyMap<string, State> };

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateKind = State["kind"];

/** A JSON value whose `{% … %}` strings are JSONata. `path` is where it stands in its state, as AWS names it: `Output/result`. */
export type Template =
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "expression"; readonly source: string; readonly path: string; readonly run: CompiledExpression }
  | { readonly kind: "array"; readonly items: readonly Template[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Template])[] };

/** Evaluates one expression over the given variables (names without `$`). Rejects with a JSONata error. */
export type CompiledExpression = (variables: Readonly<Record<string, unknown>>) => Promise<unknown>;

export type Transition = { readonly kind: "next"; readonly next: string } | { readonly kind: "end" };

type Named = { readonly name: string };
export type Writes = {
  readonly output?: Template | undefined;
  readonly assign?: readonly (readonly [string, Template])[] | undefined;
};
type Moves = { readonly transition: Transition };
type Handles = { readonly retry: readonly Retrier[]; readonly catch: readonly Catcher[] };

export type PassState = Named & Writes & Moves & { readonly kind: "Pass" };

export type TaskState = Named &
  Writes &
  Moves &
  Handles & {
    readonly kind: "Task";
    /** The ARN as written, with any `.sync:2` or `.waitForTaskToken` suffix. */
    readonly resource: string;
    readonly waitForTaskToken: boolean;
    readonly arguments?: Template | undefined;
    readonly timeoutSeconds?: Template | undefined;
    readonly heartbeatSeconds?: Template | undefined;
  };

export type ChoiceRule = Writes & { readonly condition: Template; readonly next: string };
export type ChoiceState = Named &
  Writes & { readonly kind: "Choice"; readonly choices: readonly ChoiceRule[]; readonly default?: string | undefined };

export type WaitState = Named &
  Writes &
  Moves & { readonly kind: "Wait"; readonly field: "Seconds" | "Timestamp"; readonly value: Template };

export type SucceedState = Named & { readonly kind: "Succeed"; readonly output?: Template | undefined };
export type FailState = Named & {
  readonly kind: "Fail";
  readonly error?: Template | undefined;
  readonly cause?: Template | undefined;
};

export type ParallelState = Named &
  Writes &
  Moves &
  Handles & {
    readonly kind: "Parallel";
    readonly arguments?: Template | undefined;
    readonly branches: readonly Machine[];
  };

export type MapState = Named &
  Writes &
  Moves &
  Handles & {
    readonly kind: "Map";
    readonly items?: Template | undefined;
    readonly itemSelector?: Template | undefined;
    readonly maxConcurrency?: Template | undefined;
    readonly toleratedFailureCount?: Template | undefined;
    readonly toleratedFailurePercentage?: Template | undefined;
    readonly processor: Machine;
  };

export type Retrier = {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number | undefined;
  readonly jitter: "FULL" | "NONE";
};

export type Catcher = Writes & { readonly errorEquals: readonly string[]; readonly next: string };
