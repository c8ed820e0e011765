import { isJsonObject, type Json } from "@ephor/domain/json";
import type { TaskAnswer, TaskAnswers } from "@ephor/local/engine/scripted-world";

/** Reads `tasks`: a list of answers for each Resource ARN or FunctionName. Gives a sentence where it is not that. */
export function readTaskAnswers(value: unknown): TaskAnswers | string {
  if (!isJsonObject(value)) return "expected tasks to be an object of lists";
  const answers: Record<string, readonly TaskAnswer[]> = {};
  for (const [name, list] of Object.entries(value)) {
    if (!Array.isArray(list)) return `expected tasks[${JSON.stringify(name)}] to be a list of answers`;
    const read = list.map(readAnswer);
    const wrong = read.indexOf(undefined);
    if (wrong !== -1) return `expected tasks[${JSON.stringify(name)}][${wrong}] to be {"output"} or {"error", "cause"}`;
    answers[name] = read.filter((answer) => answer !== undefined);
  }
  return answers;
}

function readAnswer(answer: Json): TaskAnswer | undefined {
  if (!isJsonObject(answer)) return undefined;
  const { output, error, cause } = answer;
  if (output !== undefined) return { output };
  if (typeof error !== "string") return undefined;
  return typeof cause === "string" ? { error, cause } : { error };
}
