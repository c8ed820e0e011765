import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import type { DefinedRemediation } from "./define-remediation.ts";

type From = { readonly state: JsonObject; readonly calls: readonly PlannedCall[] };

/** The state after `calls`, by the remediation's own model; what later calls take from answers of earlier ones is put in. */
export function simulated({ model }: DefinedRemediation, { state, calls }: From): JsonObject {
  const answers: JsonObject[] = [];
  let now = state;
  for (const call of calls) {
    const input = resolved(call.input, answers);
    const made = { ...call, input: isJsonObject(input) ? input : {} };
    answers.push(model.answer(now, made));
    now = model.simulate(now, made);
  }
  return now;
}

/** `value` with every `{"$from": {"call", "path"}}` replaced by what that call answered there. */
export function resolved(value: Json, answers: readonly JsonObject[]): Json {
  if (Array.isArray(value)) return value.map((item: Json) => resolved(item, answers));
  if (!isJsonObject(value)) return value;
  const from = value["$from"];
  if (isJsonObject(from)) return at(answers[Number(from["call"])], String(from["path"]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, answers)]));
}

function at(answer: JsonObject | undefined, pointer: string): Json {
  let found: Json | undefined = answer;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    found = Array.isArray(found) ? found[Number(key)] : isJsonObject(found) ? found[key] : undefined;
  }
  if (found === undefined) throw new Error(`no earlier call answers ${pointer}`);
  return found;
}
