import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { replayFindings } from "@ephor/app/replay-findings";
import { tenantOf } from "@ephor/app/tenant-of";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { compileDetections } from "@ephor/detections/evaluate";
import type { FindingLine } from "@ephor/domain/finding";
import type { Timestamp } from "@ephor/domain/time";
import { readArchive } from "@ephor/events/archive/read-archive";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";
import { loadConfig } from "@ephor/node/load-config";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { type progress as Progress, progress } from "../progress.ts";
import { refused } from "../refused.ts";
import { readTime, TIME_FORM } from "../time-option.ts";

type Span = { readonly since: Timestamp | undefined; readonly until: Timestamp | undefined };
type Read = { readonly files: Set<string>; malformed: number; readonly unreadable: { path: string; reason: string }[] };

/** Runs the detections over archives as a node would, in memory, and tells what they find (interfaces.md). */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const span = spanOf(invocation);
  if (span === undefined) return usage(invocation, `--since and --until take ${TIME_FORM}`);
  if ((text(values, "workers") ?? "1") !== "1") return usage(invocation, "--workers: this version replays on 1 thread");
  const config = loadConfig(text(values, "config"));
  if (!config.ok) return refused(invocation, config.error);
  const out = await openFindings(text(values, "findings"));
  if (!out.ok) return usage(invocation, out.message);
  const startedMs = performance.now();
  const replay = replayFindings({
    evaluate: compileDetections(catalogueFor(config.value), { allow: config.value.allowLists }),
    tenantOf: (account) => tenantOf(config.value, account),
  });
  const bar = progress(io, "records read");
  const read = await readAll(invocation, { replay, span, bar });
  bar.done();
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  await writeFindings(invocation, {
    out: out.stream,
    lines: replay.lines(),
    isStdout: text(values, "findings") === "-",
  });
  const { failed, ...counts } = replay.summary();
  const summary = {
    files: read.files.size,
    unreadable: read.unreadable,
    ...{ events: counts.events, duplicates: counts.duplicates, malformed: read.malformed },
    ...{ findings: counts.findings, bySeverity: counts.bySeverity, byDetection: counts.byDetection },
    seconds,
    eventsPerSecond: Math.round((counts.events + counts.duplicates) / Math.max(seconds, 0.001)),
  };
  if (failed > 0)
    io.say(`ephor: ${failed} times a detection broke on an event; a node keeps such events as dead letters`);
  if (text(values, "findings") === "-") io.say(JSON.stringify(summary));
  else await printJson(invocation, summary);
  const isNothingRead = args.length > 0 && read.unreadable.length > 0 && counts.events === 0;
  return isNothingRead ? EXIT.usage : EXIT.done;
}

type Reading = { replay: ReturnType<typeof replayFindings>; span: Span; bar: ReturnType<typeof Progress> };

async function readAll({ args, io }: Invocation, { replay, span, bar }: Reading): Promise<Read> {
  const read: Read = { files: new Set(), malformed: 0, unreadable: [] };
  for await (const item of readArchive(args, { stdin: io.stdin })) {
    if (item.kind === "unreadable") {
      read.unreadable.push({ path: item.file, reason: item.reason });
      continue;
    }
    read.files.add(item.file);
    bar.tick();
    if (item.kind === "malformed") read.malformed += 1;
    else read.malformed += addAll(item.value, { replay, span });
  }
  return read;
}

/** Adds every event of one record; gives how many could not be read. */
function addAll(value: unknown, { replay, span }: Pick<Reading, "replay" | "span">): number {
  let malformed = 0;
  for (const envelope of toEnvelopes(value)) {
    const events = envelope.ok ? eventsOf(envelope.value) : envelope;
    if (!events.ok) malformed += 1;
    else for (const event of events.value) if (isWithin(event.time, span)) replay.add(event);
  }
  return malformed;
}

const isWithin = (time: Timestamp, { since, until }: Span): boolean =>
  (since === undefined || time >= since) && (until === undefined || time < until);

function spanOf({ values }: Invocation): Span | undefined {
  const read = (name: string) => {
    const given = text(values, name);
    return given === undefined
      ? { isWrong: false, time: undefined }
      : { isWrong: readTime(given) === undefined, time: readTime(given) };
  };
  const [since, until] = [read("since"), read("until")];
  return since.isWrong || until.isWrong ? undefined : { since: since.time, until: until.time };
}

type Opened = { ok: true; stream: WriteStream | undefined } | { ok: false; message: string };

async function openFindings(file: string | undefined): Promise<Opened> {
  if (file === undefined || file === "-") return { ok: true, stream: undefined };
  const stream = createWriteStream(file);
  try {
    await once(stream, "open");
    return { ok: true, stream };
  } catch (cause) {
    return { ok: false, message: `--findings: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}

type Writing = { out: WriteStream | undefined; lines: Iterable<FindingLine>; isStdout: boolean };

async function writeFindings({ io }: Invocation, { out, lines, isStdout }: Writing): Promise<void> {
  if (out === undefined && !isStdout) return;
  for (const line of lines) {
    const json = `${JSON.stringify(line)}\n`;
    if (out === undefined) await io.out(json);
    else if (!out.write(json)) await once(out, "drain");
  }
  if (out !== undefined)
    await new Promise<void>((resolve, reject) =>
      out.end((cause?: Error | null) => (cause ? reject(cause) : resolve())),
    );
}

function usage({ io }: Invocation, message: string): ExitCode {
  io.say(`ephor: ${message}`);
  return EXIT.usage;
}
