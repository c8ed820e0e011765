import type { EphorError } from "@ephor/domain/error";
import { EXIT, type ExitCode, type Invocation } from "./command.ts";

/** Says an error and where it lies in one line (a configuration's in one a problem), and gives the exit code it stands for. */
export function refused({ io }: Pick<Invocation, "io">, error: EphorError): ExitCode {
  for (const line of linesOf(error)) io.say(`ephor: ${line}`);
  if (error.code === "node.unreachable") return EXIT.unreachable;
  return EXIT.usage;
}

function linesOf({ code, message, path }: EphorError): readonly string[] {
  // Its first line is a heading over the problems.
  if (code === "config.invalid")
    return message
      .split("\n")
      .slice(1)
      .map((problem) => `${path}: ${problem}`);
  return path === undefined || message.includes(path) ? [message] : [`${path}: ${message}`];
}
