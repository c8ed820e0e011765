import type { replayFindings } from "@ephor/app/replay-findings";
import type { EphorError } from "@ephor/domain/error";
import type { Timestamp } from "@ephor/domain/time";
import { readArchive } from "@ephor/events/archive/read-archive";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";
import type { Invocation } from "./command.ts";

/** `since` is within, `until` is not. */
export type Span = { readonly since: Timestamp | undefined; readonly until: Timestamp | undefined };
export type Replay = ReturnType<typeof replayFindings>;

/** `events` counts what could be read as an event, also outside the span; `samples` says why the first others could not. */
export type ArchiveRead = {
  readonly files: Set<string>;
  events: number;
  malformed: number;
  readonly samples: string[];
  readonly unreadable: { path: string; reason: string }[];
};

const SAMPLES_MAX = 3;

/** Adds every event of the archives named by the arguments that lies within the span. */
export async function replayArchive(
  { args, io }: Invocation,
  { replay, span, onRecord }: { replay: Replay; span: Span; onRecord: () => void },
): Promise<ArchiveRead> {
  const read: ArchiveRead = { files: new Set(), events: 0, malformed: 0, samples: [], unreadable: [] };
  for await (const item of readArchive(args, { stdin: io.stdin })) {
    if (item.kind === "unreadable") {
      read.unreadable.push({ path: item.file, reason: item.reason });
      continue;
    }
    read.files.add(item.file);
    onRecord();
    const refuse = (reason: string) => {
      read.malformed += 1;
      if (read.samples.length < SAMPLES_MAX) read.samples.push(`${item.file}:${item.index}: ${reason}`);
    };
    if (item.kind === "malformed") refuse(item.reason);
    else read.events += addAll(item.value, { replay, span, refuse });
  }
  return read;
}

type Adding = { replay: Replay; span: Span; refuse: (reason: string) => void };

/** Adds every event of one record; gives how many it holds. */
function addAll(value: unknown, { replay, span, refuse }: Adding): number {
  let count = 0;
  for (const envelope of toEnvelopes(value)) {
    const events = envelope.ok ? eventsOf(envelope.value) : envelope;
    if (!events.ok) {
      refuse(reasonOf(events.error));
      continue;
    }
    count += events.value.length;
    for (const event of events.value) if (isWithin(event.time, span)) replay.add(event);
  }
  return count;
}

const reasonOf = ({ path, message }: EphorError): string =>
  path === undefined || path === "/" ? message : `${path}: ${message}`;

const isWithin = (time: Timestamp, { since, until }: Span): boolean =>
  (since === undefined || time >= since) && (until === undefined || time < until);
