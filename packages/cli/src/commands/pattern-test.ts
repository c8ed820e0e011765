import { isJsonObject } from "@ephor/domain/json";
import { testPattern } from "@ephor/events/pattern/index";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { linesOf, readJson } from "../ndjson.ts";

const invalid = (message: string) => ({ error: { code: "input.invalid", message, path: "" } });

function answer(line: string | undefined): object {
  if (line === undefined) return invalid("the line is longer than 8 MB");
  const read = readJson(line);
  if (!read.ok) return invalid(`the line is not JSON: ${read.message}`);
  if (!isJsonObject(read.value) || read.value["pattern"] === undefined)
    return invalid('expected {"pattern", "event"?}');
  return testPattern(read.value["pattern"], read.value["event"]);
}

/** stdin NDJSON `{"pattern","event"?}` -> one answer a line, in order (interfaces.md). */
export async function run({ io }: Invocation): Promise<ExitCode> {
  for await (const line of linesOf(io.stdin)) {
    const told = answer(line);
    const { error } = told as { error?: { code: string; message: string; path?: string } };
    const shown =
      error === undefined ? told : { error: { code: error.code, message: error.message, path: error.path ?? "" } };
    await io.out(`${JSON.stringify(shown)}\n`);
  }
  return EXIT.done;
}
