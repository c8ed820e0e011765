import { escapeTerminal } from "@ephor/domain/escape";
import { flag, type Invocation } from "./command.ts";

const COLUMN_MAX = 80;

/** The result of a command: a table where a person reads, one JSON document else and with `--json` (interfaces.md). */
export async function printList<T extends object>(
  invocation: Invocation,
  {
    items,
    columns,
    empty,
  }: { items: readonly T[]; columns: Readonly<Record<string, (item: T) => unknown>>; empty: string },
): Promise<void> {
  const { io, values } = invocation;
  if (flag(values, "json") || !io.isTty) return printJson(invocation, items);
  if (items.length === 0) return io.out(`${empty}\n`);
  const head = Object.keys(columns);
  const rows = items.map((item) => Object.values(columns).map((read) => cell(read(item))));
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return io.out(`${[line(head.map((name) => name.toUpperCase())), ...rows.map(line)].join("\n")}\n`);
}

/** One JSON document. Where a person reads it is indented, and what a terminal would obey or hide is an escape. */
export function printJson({ io, values }: Invocation, value: unknown): Promise<void> {
  if (!io.isTty) return io.out(`${JSON.stringify(value)}\n`);
  return io.out(`${jsonForTerminal(value, flag(values, "json") ? undefined : 2)}\n`);
}

/** Still JSON of the same value: JSON.stringify escapes the C0 controls alone, strings may hold the others as `\\uXXXX`. */
const jsonForTerminal = (value: unknown, indent: number | undefined): string =>
  JSON.stringify(value, null, indent).replaceAll(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (found) =>
    [...Array(found.length).keys()].map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );

function cell(value: unknown): string {
  const text = escapeTerminal(value === null || value === undefined ? "-" : String(value));
  return text.length > COLUMN_MAX ? `${text.slice(0, COLUMN_MAX - 1)}…` : text;
}
