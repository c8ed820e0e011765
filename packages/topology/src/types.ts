import type { JsonObject } from "@ephor/domain/json";

/** An EventBridge rule and what it starts. An event that matches any of `patterns` starts `workflow` once. */
export type Route = {
  readonly name: string;
  readonly patterns: readonly JsonObject[];
  readonly workflow: string;
  /** Those of `patterns`, the same objects, that read-only management events must reach; EventBridge has to be asked for them. */
  readonly readOnlyPatterns?: readonly JsonObject[];
};

/** `definition`: Amazon States Language with `${task:name}` and `${workflow:name}` placeholders (architecture rule 2). */
export type Workflow = {
  readonly name: string;
  readonly type: "express" | "standard";
  readonly definition: JsonObject;
};

/** What a task may touch; folded into least-privilege grants on AWS. */
export type Needs = {
  readonly table?: "read" | "readwrite";
  readonly blobs?: "read" | "readwrite";
  readonly secrets?: readonly string[];
  /** Reaches the accounts that may be changed, as their remediation role (remediation.md). */
  readonly remediation?: true;
};
export type TaskSpec = {
  readonly name: string;
  /** At most 30 (architecture rule 10). */
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly needs: Needs;
};

/** Runs `task` every `everySeconds`, on both sides. */
export type Schedule = { readonly name: string; readonly everySeconds: number; readonly task: string };

/** The one table's key and index names; each index is keyed by `<name>Pk`, `<name>Sk`. */
export type TableSpec = { readonly name: string; readonly indexes: readonly string[] };

export type Topology = {
  readonly routes: readonly Route[];
  readonly workflows: readonly Workflow[];
  readonly tasks: readonly TaskSpec[];
  readonly schedules: readonly Schedule[];
  readonly tables: readonly TableSpec[];
};

export const route = (name: string, of: Omit<Route, "name">): Route => ({ name, ...of });
export const workflow = (name: string, of: Omit<Workflow, "name">): Workflow => ({ name, ...of });
export const task = (name: string, of: Omit<TaskSpec, "name">): TaskSpec => ({ name, ...of });
export const schedule = (name: string, of: Omit<Schedule, "name">): Schedule => ({ name, ...of });
