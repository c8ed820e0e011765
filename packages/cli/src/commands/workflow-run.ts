import { readFile } from "node:fs/promises";
import { isJsonObject } from "@ephor/domain/json";
import { runInWorker, type WorkerRun } from "@ephor/local/engine/run-in-worker";
import { EXIT, type ExitCode, flag, type Invocation, text } from "../command.ts";
import { linesOf, readJson } from "../ndjson.ts";

type Answer = object;
const wrong = (message: string): Answer => ({ error: { code: "input.invalid", message } });

/** Runs one definition of a file, or one a line of stdin; each in a worker that can be ended (interfaces.md). */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const [file] = args;
  if (flag(values, "batch") === (file !== undefined))
    return usage(invocation, "expected a FILE, or --batch with lines on stdin");
  if (file !== undefined) return runFile(invocation, file);
  for await (const line of linesOf(io.stdin))
    await io.out(`${JSON.stringify(await runLine(line, flag(values, "fast")))}\n`);
  return EXIT.done;
}

async function runFile(invocation: Invocation, file: string): Promise<ExitCode> {
  const { values, io } = invocation;
  const [definition, input, tasks] = await Promise.all([
    load(file),
    loadOr(text(values, "input"), {}),
    loadOr(text(values, "tasks"), {}),
  ]);
  for (const [name, read] of Object.entries({ [file]: definition, input, tasks })) {
    if (!read.ok) return usage(invocation, `${name}: ${read.message}`);
  }
  if (!definition.ok || !input.ok || !tasks.ok) return EXIT.usage;
  const answer = await runInWorker({
    definition: definition.value,
    input: input.value,
    tasks: tasks.value,
    fast: flag(values, "fast"),
  });
  await io.out(`${JSON.stringify(answer, null, io.isTty ? 2 : undefined)}\n`);
  if (isRefused(answer)) return EXIT.usage;
  return isSucceeded(answer) ? EXIT.done : EXIT.failed;
}

async function runLine(line: string | undefined, fast: boolean): Promise<Answer> {
  if (line === undefined) return wrong("the line is longer than 8 MB");
  const read = readJson(line);
  if (!read.ok) return wrong(`the line is not JSON: ${read.message}`);
  if (!isJsonObject(read.value) || read.value["definition"] === undefined)
    return wrong('expected {"definition", "input", "name"?, "tasks"?}');
  const { definition, input = {}, name, tasks = {} } = read.value;
  if (name !== undefined && typeof name !== "string") return wrong("expected name to be a string");
  return runInWorker({ definition, input, tasks, fast, ...(name === undefined ? {} : { name }) });
}

const isRefused = (answer: WorkerRun): boolean => "error" in answer && typeof answer.error === "object";
const isSucceeded = (answer: WorkerRun): boolean => "status" in answer && answer.status === "SUCCEEDED";

async function load(file: string) {
  try {
    return readJson(await readFile(file, "utf8"));
  } catch (cause) {
    return { ok: false as const, message: cause instanceof Error ? cause.message : "cannot be read" };
  }
}
const loadOr = async (file: string | undefined, absent: unknown) =>
  file === undefined ? { ok: true as const, value: absent } : load(file);

function usage({ io }: Invocation, message: string): ExitCode {
  io.say(`ephor: ${message}`);
  return EXIT.usage;
}
