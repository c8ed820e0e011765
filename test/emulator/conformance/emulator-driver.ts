import { join } from "node:path";
import { CreateFunctionCommand } from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Json } from "@ephor/domain/json";
import { placeholdersOf, substitute } from "@ephor/topology/placeholders";
import { until } from "../../support/until.ts";
import type { Answer, Case, Driver, Outcome } from "../../workflows/conformance/case.ts";
import { NAME } from "../../workflows/conformance/local-driver.ts";
import { comparable, messageIn, scripted, tokenIn } from "../../workflows/conformance/script.ts";
import type { Clients } from "../clients.ts";
import { functionCode } from "../lambda/function-code.ts";
import type { ScriptServer, Told } from "./script-server.ts";

const ACCOUNT = "111111111111";
const ENDS_SECONDS_MAX = 10;
/** The folder of the one bundle that stands for every task. */
const TASK = join(import.meta.dirname, "task");
const ROLE = `arn:aws:iam::${ACCOUNT}:role/conformance`;

/** Of this process, so that no two drivers give two machines one name. */
const functions = new Set<string>();
let cases = 0;

type Deps = { readonly clients: Clients; readonly region: string; readonly server: ScriptServer };

/** The emulator's Step Functions, its tasks Lambda functions that ask the case's script. One case at a time. */
export function emulatorDriver({ clients, region, server }: Deps): Driver {
  const { sfn, lambda } = clients;

  async function makeFunction(task: string): Promise<void> {
    if (functions.has(task)) return;
    functions.add(task);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: `conformance-${task}`,
        Runtime: "provided.al2023",
        Handler: "index.handler",
        Role: ROLE,
        Timeout: 30,
        Code: { ZipFile: functionCode(TASK) },
        Environment: { Variables: { CONFORMANCE_URL: server.url } },
      }),
    );
  }

  /** Children first: a machine may be refused that names one that is not there. */
  async function makeMachines({ machines }: Case, prefix: string): Promise<string> {
    const arnOf = (name: string) => `arn:aws:states:${region}:${ACCOUNT}:stateMachine:${prefix}-${name}`;
    const tasks = machines
      .flatMap(({ definition }) => placeholdersOf(definition))
      .filter(({ kind }) => kind === "task");
    for (const { name } of tasks) await makeFunction(name);
    for (const { name, type, definition } of machines.toReversed()) {
      const named = substitute(definition, (one) =>
        one.kind === "task" ? `arn:aws:lambda:${region}:${ACCOUNT}:function:conformance-${one.name}` : arnOf(one.name),
      );
      const options = { name: `${prefix}-${name}`, definition: JSON.stringify(named), roleArn: ROLE } as const;
      const kind = type === "express" ? "EXPRESS" : "STANDARD";
      await sfn.send(new CreateStateMachineCommand({ ...options, type: kind }));
    }
    return arnOf(machines[0].name);
  }

  function answerOf(answer: Answer, payload: Json): Told {
    if ("output" in answer || "error" in answer) return answer;
    if ("byToken" in answer) {
      const token = tokenIn(payload) ?? "";
      // Not before the function has answered, as a person does.
      setTimeout(() => void byToken(token, answer.byToken).catch(() => undefined), 50);
    }
    return { output: null };
  }
  type Later = Extract<Answer, { byToken: unknown }>["byToken"];
  const byToken = (taskToken: string, answer: Later) =>
    "output" in answer
      ? sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer.output) }))
      : sfn.send(new SendTaskFailureCommand({ taskToken, ...answer }));

  return async (one) => {
    const script = scripted(one.script);
    server.answerWith(({ task, payload }) => answerOf(script.answer(task, payload), payload));
    cases += 1;
    const stateMachineArn = await makeMachines(one, `conformance-${cases}`);
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: NAME, input: JSON.stringify(one.input) }),
    );
    const ended = await until(
      "the execution to end",
      async () => {
        const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return described.status === "RUNNING" ? undefined : described;
      },
      { seconds: ENDS_SECONDS_MAX },
    );
    return { ...outcomeOf(ended), calls: script.calls() };
  };
}

function outcomeOf({ status, output, error, cause }: DescribeExecutionCommandOutput): Outcome {
  if (status === "SUCCEEDED") return { status, output: comparable(JSON.parse(output ?? "null")) };
  return {
    status: status === "TIMED_OUT" ? "TIMED_OUT" : "FAILED",
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause: messageIn(cause) }),
  };
}
