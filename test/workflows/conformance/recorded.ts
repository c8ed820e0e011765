import { existsSync, readFileSync } from "node:fs";
import type { Json, JsonObject } from "@ephor/domain/json";
import { parseDefinition } from "@ephor/local/engine/parse/parse-definition";
import type { Case, Outcome } from "./case.ts";

/** Executions that AWS ran and whose outcome was recorded; no part of the project. */
const FILE = new URL("../../../../shared/data/asl/executions.jsonl", import.meta.url);

export type RecordedCase = Case & {
  readonly recorded: Outcome;
  /** Where the recording masked what it was given, outputs cannot be compared. */
  readonly isOutputKnown: boolean;
};

type Line = {
  readonly nodeid: string;
  readonly definition: JsonObject;
  readonly input: Json;
  readonly input_matches_snapshot: boolean;
  readonly expected: { readonly status: string; readonly output?: Json; readonly error?: string };
};

/** Every recorded execution in JSONata; none where the recordings are not at hand. None of them calls a task. */
export function recordedCases(): readonly RecordedCase[] {
  if (!existsSync(FILE)) return [];
  const lines = readFileSync(FILE, "utf8").trim().split("\n");
  const seen = new Map<string, number>();
  /** Some were recorded more than once, with other inputs. */
  const named = (nodeid: string): string => {
    const name = nodeid.split("::").at(-1) ?? nodeid;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  };
  return lines
    .map((line): Line => JSON.parse(line))
    .filter(({ definition }) => parseDefinition(definition).ok)
    .map(({ nodeid, definition, input, input_matches_snapshot: isOutputKnown, expected }) => ({
      name: named(nodeid),
      machines: [{ name: "main", type: "standard", definition }],
      input,
      script: () => ({ error: "test.unexpected", cause: "no recorded execution calls a task" }),
      recorded: outcomeOf(expected),
      isOutputKnown,
    }));
}

function outcomeOf({ status, output, error }: Line["expected"]): Outcome {
  if (status === "SUCCEEDED") return { status, output: output ?? null };
  return { status: status === "TIMED_OUT" ? "TIMED_OUT" : "FAILED", ...(error === undefined ? {} : { error }) };
}

/** In which fields a run is not as AWS recorded it; causes are AWS's wording and left out. */
export function unlikeRecorded(run: Outcome, { recorded, isOutputKnown }: RecordedCase): readonly string[] {
  const fields = ["status", "error", ...(isOutputKnown ? ["output"] : [])] as const;
  return fields.filter(
    (field) => JSON.stringify(sorted(valueAt(run, field))) !== JSON.stringify(sorted(valueAt(recorded, field))),
  );
}

const valueAt = (outcome: Outcome, field: string): Json =>
  Object.entries(outcome).find(([name]) => name === field)?.[1] ?? null;

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
