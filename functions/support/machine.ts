import { randomBytes } from "node:crypto";
import type { Clock, Random } from "@ephor/app/ports";
import { timestamp } from "@ephor/domain/time";
import { type EnvironmentName, readEnvironment, readWorkflowArns } from "./environment.ts";

const clock: Clock = { now: () => timestamp(Date.now()) };
const random: Random = { bytes: (count) => randomBytes(count) };

/** The machine's time and chance. */
export const machine = { clock, random };

/** A variable of the function's environment. Throws what is missing or malformed, so that the function does not start. */
export function setting(name: EnvironmentName): string {
  const read = readEnvironment([name], process.env);
  if (!read.ok) throw new Error(read.error.message);
  return read.value[name];
}

/** The ARN that starts each workflow the function may name. Throws as `setting` does. */
export function workflowArns(): ReadonlyMap<string, string> {
  const arns = readWorkflowArns(setting("EPHOR_WORKFLOW_ARNS"));
  if (!arns.ok) throw new Error(arns.error.message);
  return arns.value;
}
