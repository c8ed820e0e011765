import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isJsonObject, type Json } from "@ephor/domain/json";
import { timestamp } from "@ephor/domain/time";
import { type WorkflowRequest, type WorkflowWorker, workflowWorker } from "@ephor/local/engine/run-in-worker";
import { processTimers } from "@ephor/local/timers/timers";
import { EXIT, type ExitCode, flag, type Invocation, text } from "../command.ts";
import { linesOf, readJson } from "../ndjson.ts";
import { readTaskAnswers } from "../task-answers.ts";

type Asked = {
  readonly definition: unknown;
  readonly input?: unknown;
  readonly name?: unknown;
  readonly tasks?: unknown;
};
const wrong = (message: string) => ({ error: { code: "input.invalid", message } });

/** Runs one definition of a file, or one a line of stdin; each in a thread that can be killed (interfaces.md). */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const [file] = args;
  if (flag(values, "batch") === (file !== undefined)) {
    return usage(invocation, "expected a FILE, or --batch with lines on stdin");
  }
  const worker = workflowWorker({ timers: processTimers });
  const fast = flag(values, "fast");
  try {
    if (file !== undefined) return await runFile(invocation, { worker, file, fast });
    for await (const line of linesOf(io.stdin))
      await io.out(`${JSON.stringify(await runLine(line, { worker, fast }))}\n`);
    return EXIT.done;
  } finally {
    await worker.close();
  }
}

type With = { readonly worker: WorkflowWorker; readonly fast: boolean };

async function runFile(invocation: Invocation, { file, ...d }: With & { file: string }): Promise<ExitCode> {
  const { values, io } = invocation;
  const asked: Record<string, unknown> = {};
  for (const [name, path] of [
    ["definition", file],
    ["input", text(values, "input")],
    ["tasks", text(values, "tasks")],
  ] as const) {
    if (path === undefined) continue;
    const read = await load(path);
    if (!read.ok) return usage(invocation, `${path}: ${read.message}`);
    asked[name] = read.value;
  }
  const answer = await answerTo({ definition: asked["definition"], input: asked["input"], tasks: asked["tasks"] }, d);
  await io.out(`${JSON.stringify(answer, null, io.isTty ? 2 : undefined)}\n`);
  if (!("status" in answer)) return EXIT.usage;
  return answer.status === "SUCCEEDED" ? EXIT.done : EXIT.failed;
}

async function runLine(line: string | undefined, d: With) {
  if (line === undefined) return wrong("the line is longer than 8 MB");
  const read = readJson(line);
  if (!read.ok) return wrong(`the line is not JSON: ${read.message}`);
  if (!isJsonObject(read.value) || read.value["definition"] === undefined) {
    return wrong('expected {"definition", "input", "name"?, "tasks"?}');
  }
  const { definition, input, name, tasks } = read.value;
  return answerTo({ definition, input, name, tasks }, d);
}

async function answerTo({ definition, input, name, tasks }: Asked, { worker, fast }: With) {
  if (name !== undefined && typeof name !== "string") return wrong("expected name to be a string");
  const answers = readTaskAnswers(tasks ?? {});
  if (typeof answers === "string") return wrong(answers);
  const request: WorkflowRequest = {
    // Both come from JSON.parse.
    definition: definition as Json,
    input: (input ?? {}) as Json,
    tasks: answers,
    now: timestamp(Date.now()),
    entropy: randomBytes(24).toString("hex"),
    fast,
    ...(name === undefined ? {} : { name }),
  };
  const ran = await worker.run(request);
  if (!ran.ok) return { error: ran.error };
  return ran.value;
}

async function load(file: string) {
  try {
    return readJson(await readFile(file, "utf8"));
  } catch (cause) {
    return { ok: false as const, message: cause instanceof Error ? cause.message : "cannot be read" };
  }
}

function usage({ io }: Invocation, message: string): ExitCode {
  io.say(`ephor: ${message}`);
  return EXIT.usage;
}
