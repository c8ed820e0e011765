import { escapeTerminal } from "@ephor/domain/escape";
import type { Json } from "@ephor/domain/json";
import { type ArchiveItem, readArchive } from "@ephor/events/archive/read-archive";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, flag, type Invocation } from "../command.ts";
import { printJson } from "../output.ts";
import { progress } from "../progress.ts";
import { refused } from "../refused.ts";

/** Sends every record of the files and tells how many the node stored; `index` counts the records read, from 0. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const read: Read = { total: 0, sent: [], bad: [], unreadable: [] };
  const bar = progress(io, "events read");
  const sent = await client.value.sendEvents(items(readArchive(args, { stdin: io.stdin }), { read, onItem: bar.tick }));
  bar.done();
  if (!sent.ok) return refused(invocation, sent.error);
  const refusals = sent.value.rejected.map(({ index, reason }) => ({ index: read.sent[index] ?? index, reason }));
  const rejected = [...refusals, ...read.bad].sort((a, b) => a.index - b.index);
  for (const { path, reason } of read.unreadable) io.say(`ephor: ${path}: ${reason}`);
  const unreadable = read.unreadable.length === 0 ? {} : { unreadable: read.unreadable };
  if (flag(values, "json") || !io.isTty)
    await printJson(invocation, { accepted: sent.value.accepted, rejected, ...unreadable });
  else await io.out(summaryOf(sent.value.accepted, rejected));
  if (read.unreadable.length > 0) return EXIT.usage;
  return rejected.length === 0 ? EXIT.done : EXIT.failed;
}

/** A line a reason: an archive of another form gives the same one for each of its records. */
function summaryOf(accepted: number, rejected: readonly { index: number; reason: string }[]): string {
  const byReason = Object.entries(Object.groupBy(rejected, ({ reason }) => reason));
  const lines = byReason.map(
    ([reason, items = []]) => `${items.length} x ${escapeTerminal(reason)} (first: record ${items[0]?.index})`,
  );
  return `${[`${accepted} accepted, ${rejected.length} rejected`, ...lines].join("\n")}\n`;
}

/** `sent` holds, for each record that went out, its index among all records read. */
type Read = {
  total: number;
  readonly sent: number[];
  readonly bad: { index: number; reason: string }[];
  readonly unreadable: { path: string; reason: string }[];
};

async function* items(
  archive: AsyncIterable<ArchiveItem>,
  { read, onItem }: { read: Read; onItem: () => void },
): AsyncGenerator<Json> {
  for await (const item of archive) {
    if (item.kind === "unreadable") {
      read.unreadable.push({ path: item.file, reason: item.reason });
      continue;
    }
    const index = read.total++;
    onItem();
    if (item.kind === "malformed") {
      read.bad.push({ index, reason: item.reason });
      continue;
    }
    read.sent.push(index);
    yield item.value;
  }
}
