import type { JsonObject } from "@ephor/domain/json";
import { compileMatcher, type Matcher, parsePattern } from "@ephor/events/pattern/index";
import type { Topology } from "./types.ts";

/** The workflows that an envelope's routes start, each once. */
export function routeMatcher(topology: Pick<Topology, "routes">): (envelope: JsonObject) => readonly string[] {
  const entries = topology.routes.flatMap(({ patterns, workflow }) =>
    patterns.map((source) => {
      const pattern = parsePattern(source);
      if (!pattern.ok) throw new Error(`${pattern.error.message} at ${pattern.error.path ?? "/"}`);
      return { pattern: pattern.value, value: workflow };
    }),
  );
  const matcher: Matcher<string> = compileMatcher(entries);
  return (envelope) => [...new Set(matcher.match(envelope))];
}
