import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { replayFindings } from "@ephor/app/replay-findings";
import { tenantOf } from "@ephor/app/tenant-of";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { compileDetections } from "@ephor/detections/evaluate";
import { escapeTerminal } from "@ephor/domain/escape";
import type { FindingLine } from "@ephor/domain/finding";
import { loadConfig } from "@ephor/node/load-config";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { progress } from "../progress.ts";
import { refused } from "../refused.ts";
import { replayArchive, type Span } from "../replay-archive.ts";
import { readTime, TIME_FORM } from "../time-option.ts";

/** Runs the detections over archives as a node would, in memory, and tells what they find (interfaces.md). */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { values, io } = invocation;
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
  const read = await replayArchive(invocation, { replay, span, onRecord: bar.tick });
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
  for (const sample of read.samples) io.say(`ephor: ${escapeTerminal(sample)}`);
  if (failed > 0)
    io.say(`ephor: ${failed} times a detection broke on an event; a node keeps such events as dead letters`);
  if (text(values, "findings") === "-") io.say(JSON.stringify(summary));
  else await printJson(invocation, summary);
  const isNothingRead = read.events === 0 && read.malformed + read.unreadable.length > 0;
  return isNothingRead ? EXIT.usage : EXIT.done;
}

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
