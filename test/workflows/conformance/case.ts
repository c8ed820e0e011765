import type { Json, JsonObject } from "@ephor/domain/json";

/** What a task does when it is called. With `byToken` it is answered later, by the token that its payload holds. */
export type Answer =
  | { readonly output: Json }
  | { readonly error: string; readonly cause: string }
  | { readonly byToken: { readonly output: Json } | { readonly error: string; readonly cause: string } }
  | { readonly never: true };

/**
 * One call as a workflow made it: the task's name, its payload, how often the same was asked before, and how often the
 * task was asked anything.
 */
export type Call = { readonly task: string; readonly payload: Json; readonly repeat: number; readonly nth: number };
/** Depends on the call alone, not on the order among branches: two engines then meet the same world. */
export type Script = (call: Call) => Answer;

export type Outcome = {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT";
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
};
/** How an execution went: its outcome, and every call it made, without order. */
export type Run = Outcome & { readonly calls: readonly string[] };

export type Machine = { readonly name: string; readonly type: "express" | "standard"; readonly definition: JsonObject };

/** One execution that must go alike on every engine. Definitions name tasks and workflows by placeholders. */
export type Case = {
  readonly name: string;
  /** The first is started; the others are those that it may start. */
  readonly machines: readonly [Machine, ...Machine[]];
  readonly input: Json;
  readonly script: Script;
};

/** Runs a case to its end. */
export type Driver = (one: Case) => Promise<Run>;
