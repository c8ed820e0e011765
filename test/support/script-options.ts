import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Options that a script was called with. `--help` prints `usage` and ends with 0; what it does not know ends with 2. */
export function scriptOptions<T extends ParseArgsOptionsConfig>(usage: string, options: T) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: "boolean" } } });
    if (!("help" in values) || values.help !== true) return values;
  } catch (cause) {
    console.error(`${cause instanceof Error ? cause.message : String(cause)}\n${usage}`);
    process.exit(2);
  }
  console.log(usage);
  process.exit(0);
}
