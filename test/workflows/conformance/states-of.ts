import { isJsonObject, type JsonObject } from "@ephor/domain/json";

/** Every state of a definition by name, also those inside Map and Parallel. */
export function* statesOf(machine: JsonObject): Generator<readonly [string, JsonObject]> {
  const states = isJsonObject(machine["States"]) ? machine["States"] : {};
  for (const [name, state] of Object.entries(states)) {
    if (!isJsonObject(state)) continue;
    yield [name, state];
    const inner = [state["ItemProcessor"], ...(Array.isArray(state["Branches"]) ? state["Branches"] : [])];
    for (const one of inner) if (isJsonObject(one)) yield* statesOf(one);
  }
}
