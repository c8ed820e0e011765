import { COMMANDS } from "./catalogue.ts";
import type { CommandSpec } from "./command.ts";

/** All commands, or those of a group, e.g. `findings`. */
export function help(commands: readonly CommandSpec[] = COMMANDS): string {
  const width = Math.max(...commands.map((command) => usageOf(command).length));
  const lines = commands.map((command) => `  ${usageOf(command).padEnd(width)}  ${command.summary}`);
  return [
    "Usage: ephor COMMAND [options]",
    "",
    ...lines,
    "",
    "`ephor COMMAND --help` tells its options. Exit codes: 0 done, 1 a check failed, 2 usage or unreadable input, 3 no node.",
    "",
  ].join("\n");
}

export function helpOf(command: CommandSpec): string {
  const options = Object.entries(command.options ?? {}).map(
    ([name, { value, means }]) => [`--${name}${value ? ` ${value}` : ""}`, means] as const,
  );
  const width = Math.max(0, ...options.map(([name]) => name.length));
  return [
    `Usage: ephor ${usageOf(command)} [options]`,
    "",
    `${command.summary[0]?.toUpperCase() ?? ""}${command.summary.slice(1)}.`,
    ...(options.length === 0 ? [] : ["", ...options.map(([name, means]) => `  ${name.padEnd(width)}  ${means}`)]),
    ...(command.notes === undefined ? [] : ["", ...command.notes]),
    "",
  ].join("\n");
}

const usageOf = ({ name, takes }: CommandSpec): string => (takes === undefined ? name : `${name} ${takes}`);
