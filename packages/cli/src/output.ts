import { escapeTerminal } from "@ephor/domain/escape";
import { flag, type Invocation } from "./command.ts";

const COLUMN_MAX = 80;

/** The result of a command: a table where a person reads, one JSON document else and with `--json` (interfaces.md). */
export async function printList<T extends object>(
  { io, values }: Invocation,
  {
    items,
    columns,
    empty,
  }: { items: readonly T[]; columns: Readonly<Record<string, (item: T) => unknown>>; empty: string },
): Promise<void> {
  if (flag(values, "json") || !io.isTty) return io.out(`${JSON.stringify(items)}\n`);
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

/** One JSON document, indented where a person reads. */
export const printJson = ({ io, values }: Invocation, value: unknown): Promise<void> =>
  io.out(`${JSON.stringify(value, null, io.isTty && !flag(values, "json") ? 2 : undefined)}\n`);

function cell(value: unknown): string {
  const text = escapeTerminal(value === null || value === undefined ? "-" : String(value));
  return text.length > COLUMN_MAX ? `${text.slice(0, COLUMN_MAX - 1)}…` : text;
}
