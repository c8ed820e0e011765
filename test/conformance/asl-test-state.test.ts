import { existsSync, readFileSync } from "node:fs";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { type TestStateCall, testState } from "./support/test-state.ts";

/** Calls of the TestState API with the answer AWS gave, one a line; not part of the project. */
const RECORDED = new URL("../../../shared/data/asl/test-state.jsonl", import.meta.url);

type Recorded = TestStateCall & { readonly nodeid: string; readonly expected: JsonObject };

const recorded: Recorded[] = existsSync(RECORDED)
  ? readFileSync(RECORDED, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  : [];

/** Refusals of the TestState API itself: no workflow can meet them. By the message AWS gave. */
const NOT_ABOUT_RUNNING: readonly (readonly [RegExp, string])[] = [
  [/^Mock result schema validation error/, "the API checks a mock against the mocked service's schema"],
  [/^TestState API does not support Map or Parallel/, "the API refuses a Map without a mock"],
  [/^Mocked result must be an array/, "the API checks the form of a Map's mock"],
  [/^Map iteration failure count must be/, "the API checks its own setting against the mock"],
];
const whyNot = ({ expected }: Recorded): string | undefined =>
  NOT_ABOUT_RUNNING.find(([message]) => message.test(String(expected["message"] ?? "")))?.[1];

const runs = recorded.filter((one) => whyNot(one) === undefined);
const refusals = recorded.filter((one) => whyNot(one) !== undefined);

/** Recorded ids, ARNs and times are masked: any string stands for them; a role may be absent. */
const isMasked = (value: Json | undefined): boolean =>
  typeof value === "string" && /^arn:<|^<resource|^date$/.test(value);

function unmasked(actual: Json | undefined, expected: Json | undefined): Json | undefined {
  if (isMasked(expected) && typeof actual === "string") return expected;
  if (Array.isArray(expected) && Array.isArray(actual))
    return actual.map((item, i) => unmasked(item, expected[i]) ?? null);
  if (!isJsonObject(expected) || !isJsonObject(actual)) return actual;
  return Object.fromEntries(
    Object.entries(actual)
      // TestState runs Express executions, which are not redriven.
      .filter(([key]) => key !== "RedriveCount")
      .map(([key, value]) => [
        key,
        key === "RoleArn" ? (expected[key] ?? null) : (unmasked(value, expected[key]) ?? null),
      ]),
  );
}

/** Some outputs were recorded as JSON text. */
function outputOf({ expected }: Recorded): Json | undefined {
  const output = expected["output"];
  if (typeof output !== "string") return output;
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
}

const INSIDE = ["afterArguments", "maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage"];
const insideOf = ({ expected }: Recorded): JsonObject => {
  const data = expected["inspectionData"];
  return isJsonObject(data) ? Object.fromEntries(Object.entries(data).filter(([key]) => INSIDE.includes(key))) : {};
};

describe.skipIf(recorded.length === 0)("answers recorded from TestState (skipped without ../shared/data/asl)", () => {
  test("each recorded call is run, or says nothing about running a workflow", () => {
    console.info(`asl-test-state: ${runs.length} run, ${refusals.length} about the API itself, of ${recorded.length}`);
    for (const one of refusals) console.info(`  not run: ${one.nodeid.split("::").at(-1)}: ${whyNot(one)}`);
    expect([runs.length, refusals.length]).toEqual([42, 6]);
  });

  test.each(runs.map((one, index) => [`${index + 1} ${one.nodeid.split("::").at(-1)}`, one] as const))(
    "a state answers here as it did on AWS: %s",
    async (_name, one) => {
      const { expected } = one;
      const answer = await testState(one);
      expect(answer.status).toBe(expected["status"]);
      expect(unmasked(answer.output, outputOf(one))).toEqual(outputOf(one));
      expect([answer.error, answer.cause]).toEqual([expected["error"], expected["cause"]]);
      expect(answer.nextState).toBe(expected["nextState"]);
      expect(answer.inside).toMatchObject(insideOf(one));
    },
  );
});
