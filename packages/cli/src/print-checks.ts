import { escapeTerminal } from "@ephor/domain/escape";
import { flag, type Invocation } from "./command.ts";
import { printJson } from "./output.ts";

/**
 * `unknown`: it could not be looked at, which is never a pass (architecture rule 9). `warn`: nothing is broken, and somebody
 * should know. `found` has a problem a line.
 */
export type Check = {
  readonly check: string;
  readonly state: "pass" | "warn" | "fail" | "unknown";
  readonly found: string;
};

const COLUMNS_DEFAULT = 80;
const INDENT = "  ";

/** Checks as one JSON document, or a block each where a person reads: whole, since what to do stands at the end. */
export async function printChecks(invocation: Invocation, checks: readonly Check[]): Promise<void> {
  const { io, values } = invocation;
  if (flag(values, "json") || !io.isTty) return printJson(invocation, checks);
  const width = io.columns ?? COLUMNS_DEFAULT;
  const blocks = checks.map(({ check, state, found }) => [
    `${state.padEnd("unknown".length)}  ${check}`,
    ...found.split("\n").flatMap((line) => wrap(escapeTerminal(line.trim()), width)),
  ]);
  return io.out(`${blocks.flat().join("\n")}\n`);
}

/** Lines of at most `width` characters where words allow it, all after the first further in. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = INDENT;
  for (const word of text.split(" ")) {
    const longer = line.trim() === "" ? `${line}${word}` : `${line} ${word}`;
    const isFull = longer.length > width && line.trim() !== "";
    if (isFull) lines.push(line);
    line = isFull ? `${INDENT}${INDENT}${word}` : longer;
  }
  return [...lines, line];
}
