import type { EphorError } from "@ephor/domain/error";
import { EXIT, type ExitCode, type Invocation } from "./command.ts";

type Asked = Pick<Invocation, "io"> & Partial<Pick<Invocation, "values">>;

/** Says an error and where it lies in one line (a configuration's in one a problem), and gives the exit code it stands for. */
export function refused({ io, values = {} }: Asked, error: EphorError): ExitCode {
  for (const line of linesOf(error, values)) io.say(`ephor: ${line}`);
  if (error.code === "node.unreachable") return EXIT.unreachable;
  return EXIT.usage;
}

function linesOf({ code, message, path }: EphorError, values: Invocation["values"]): readonly string[] {
  // Its first line is a heading over the problems.
  if (code === "config.invalid")
    return message
      .split("\n")
      .slice(1)
      .map((problem) => `${path}: ${problem}`);
  const field = code === "input.invalid" ? FIELD.exec(path ?? "")?.groups?.["name"] : undefined;
  if (field !== undefined) return [`${asGiven(field, values)}: ${message.replace(HEADING, "")}`];
  return path === undefined || message.includes(path) ? [message] : [`${path}: ${message}`];
}

/** How a node names a part of a request, and what it says before what is wrong with it. */
const FIELD = /^(?:query\.|params\.|\/)(?<name>[A-Za-z]+)$/;
const HEADING = /^the request is not as expected: /;

/** The part as it stands on the command line: an option where it was given as one, else an argument. */
const asGiven = (field: string, values: Invocation["values"]): string =>
  values[field] === undefined ? field.toUpperCase() : `--${field}`;
