import { parseArgs } from "node:util";
import { EphorException } from "@ephor/domain/error";
import { COMMANDS } from "./catalogue.ts";
import { type CommandSpec, EXIT, type ExitCode, type Options, type Values } from "./command.ts";
import { help, helpOf } from "./help.ts";
import type { Io } from "./io.ts";
import { refused } from "./refused.ts";
import { groupOf, unknownCommand } from "./unknown-command.ts";
import { VERSION } from "./version.ts";

/** Runs the command that `argv` names and gives its exit code. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  if (argv.length === 0 || isHelp(argv[0])) {
    await io.out(help());
    return EXIT.done;
  }
  if (argv[0] === "--version") {
    await io.out(`${VERSION}\n`);
    return EXIT.done;
  }
  const command = find(argv);
  const group = groupOf(argv[0]);
  if (command === undefined && group.length > 0 && isHelp(argv[1])) {
    await io.out(help(group));
    return EXIT.done;
  }
  if (command === undefined) return usage(io, unknownCommand(argv));
  const parsed = read(command, argv.slice(command.name.split(" ").length));
  if (!parsed.ok) return usage(io, `${parsed.message}; see \`ephor ${command.name} --help\``);
  if (parsed.values["help"] === true) {
    await io.out(helpOf(command));
    return EXIT.done;
  }
  const { run } = await command.load();
  try {
    return await run({ values: parsed.values, args: parsed.args, io });
  } catch (cause) {
    if (cause instanceof EphorException) return refused({ io }, cause.error);
    throw cause;
  }
}

const isHelp = (word: string | undefined): boolean => word === "help" || word === "--help" || word === "-h";

const find = (argv: readonly string[]): CommandSpec | undefined =>
  COMMANDS.find(({ name }) => name.split(" ").every((word, at) => argv[at] === word));

type Read = { ok: true; values: Values; args: readonly string[] } | { ok: false; message: string };

function read(command: CommandSpec, argv: readonly string[]): Read {
  const options: Options = { help: { type: "boolean", short: "h" } };
  for (const [name, { value }] of Object.entries(command.options ?? {}))
    options[name] = { type: value === undefined ? "boolean" : "string" };
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
    const wrong = values["help"] === true ? undefined : wrongCount(command, positionals.length);
    return wrong === undefined
      ? { ok: true, values: values as Values, args: positionals }
      : { ok: false, message: wrong };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, message: message.split(". ")[0] ?? message };
  }
}

function wrongCount({ name, takes, argsMin = 0, argsMax }: CommandSpec, count: number): string | undefined {
  const most = argsMax ?? (takes === undefined ? 0 : Number.POSITIVE_INFINITY);
  if (count >= argsMin && count <= most) return undefined;
  return takes === undefined ? `${name} takes no arguments` : `${name} takes ${takes}`;
}

function usage(io: Io, message: string): ExitCode {
  io.say(`ephor: ${message}`);
  return EXIT.usage;
}
