import type { EphorError } from "@ephor/domain/error";
import { EXIT, type ExitCode, type Invocation } from "./command.ts";

/** Says an error in one line (a configuration's in one a problem) and gives the exit code it stands for. */
export function refused({ io }: Pick<Invocation, "io">, error: EphorError): ExitCode {
  io.say(`ephor: ${error.message}`);
  if (error.code === "node.unreachable") return EXIT.unreachable;
  return EXIT.usage;
}
