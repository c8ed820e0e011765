import type { ParseArgsConfig } from "node:util";
import type { Io } from "./io.ts";

/** Exit codes (interfaces.md): done; done and the check asked for failed; usage or unreadable input; no node or no AWS. */
export const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = { readonly [name: string]: string | boolean | (string | boolean)[] | undefined };
export type Invocation = { readonly values: Values; readonly args: readonly string[]; readonly io: Io };

/** A command as help shows it. What it does stands in a module of its own, loaded when it is called. */
export type CommandSpec = {
  /** Its words, e.g. `findings list`. */
  readonly name: string;
  /** What it takes beside options, e.g. `FILE…`. */
  readonly takes?: string;
  readonly argsMin?: number;
  readonly argsMax?: number;
  readonly summary: string;
  /** `--name` -> what it means; a value is taken where `value` names it. */
  readonly options?: { readonly [name: string]: { readonly value?: string; readonly means: string } };
  /** What its own help says after the options, a line each. */
  readonly notes?: readonly string[];
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<ExitCode> }>;
};

export const text = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
};
export const flag = (values: Values, name: string): boolean => values[name] === true;
