import { existsSync, readFileSync } from "node:fs";
import { isJsonObject, type Json } from "@ephor/domain/json";
import { parseDefinition } from "@ephor/local/engine/parse/parse-definition";
import { runWorkflow, type WorkflowRun } from "@ephor/local/engine/run-workflow";
import { expect, test } from "vitest";

/** Executions that AWS ran and whose outcome was recorded: `expected` is what AWS answered. */
const RECORDED = new URL("../../../shared/data/asl/executions.jsonl", import.meta.url);

type Expected = {
  readonly types: readonly string[];
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly states_exited: readonly { readonly name: string; readonly output: Json; readonly assigned?: Json }[];
};
type Recorded = {
  readonly nodeid: string;
  readonly definition: Json;
  readonly input: Json;
  readonly expected: Expected;
  /** False where the recording masked what it was given, times mostly: outputs cannot be compared then. */
  readonly input_matches_snapshot: boolean;
};

const recorded: Recorded[] = existsSync(RECORDED)
  ? readFileSync(RECORDED, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  : [];
const told = ({ nodeid }: Recorded, index: number): string => `${index + 1} ${nodeid.split("::").at(-1)}`;

const inJsonata = recorded.filter(({ definition }) => parseDefinition(definition).ok);
const others = recorded.filter((one) => !inJsonata.includes(one));

async function run({ definition, input }: Recorded): Promise<WorkflowRun> {
  const parsed = parseDefinition(definition);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return runWorkflow({ definition: parsed.value, input, now: "2026-01-01T00:00:00.000Z", entropy: "recorded" });
}

/** AWS records an assigned variable as JSON text, objects parsed. */
const textOf = (assigned: Json | undefined): Json | undefined =>
  isJsonObject(assigned)
    ? Object.fromEntries(Object.entries(assigned).map(([k, v]) => [k, isJsonObject(v) ? v : JSON.stringify(v)]))
    : assigned;

/** The words of a cause without its punctuation: wordings move between versions, what is said does not. */
const softly = (cause: string | undefined): string | undefined => cause?.toLowerCase().replace(/[^a-z0-9$]+/g, " ");

test.skipIf(recorded.length === 0)("every recorded machine is run, or refused for its JSONPath state", () => {
  console.info(`asl-executions: ${inJsonata.length} run, ${others.length} refused, of ${recorded.length}`);
  expect(inJsonata).toHaveLength(55);
  for (const { definition } of others) {
    expect(parseDefinition(definition)).toMatchObject({ ok: false, error: { code: "workflow.unsupported" } });
  }
});

test.skipIf(recorded.length === 0).each(inJsonata.map((one, index) => [told(one, index), one] as const))(
  "an execution ends here as it did on AWS: %s",
  async (_name, one) => {
    const { expected } = one;
    const ran = await run(one);
    expect(ran.history.map(({ type }) => type)).toEqual(expected.types);
    expect(ran.status).toBe(expected.status);
    const { error, cause, output } = { error: undefined, cause: undefined, output: undefined, ...ran };
    expect(error).toBe(expected.error);
    expect(softly(cause) === softly(expected.cause) ? "same" : cause).toBe("same");
    if (!one.input_matches_snapshot) return;
    expect(output).toEqual(expected.output);
    const states = ran.states.map(({ assigned, ...state }) =>
      assigned === undefined ? state : { ...state, assigned: textOf(assigned) },
    );
    expect(states).toEqual(expected.states_exited);
  },
);

if (recorded.length === 0) console.info("asl-executions: skipped, no recorded executions at ../shared/data/asl");
