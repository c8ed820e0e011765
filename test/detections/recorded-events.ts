import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { detections } from "@ephor/detections/catalogue";
import { compileDetections } from "@ephor/detections/evaluate";
import type { FindingDraft } from "@ephor/domain/finding";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";

const FOLDER = new URL("../../../shared/data/", import.meta.url);

/** The lines of a recorded file, parsed; undefined where the recordings are not at hand. */
export function recorded(path: string): readonly unknown[] | undefined {
  const file = new URL(path, FOLDER);
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").flatMap((line): unknown[] => (line === "" ? [] : [JSON.parse(line)]));
}

/** Said by a test that has nothing to read. */
export const NOT_AT_HAND = "skipped: the recorded events are not at hand (../shared/data)";

const evaluate = compileDetections(detections);

/** What the catalogue finds in one recorded event, in whatever form it was recorded. Throws where a detection broke. */
export function findingsIn(recordedEvent: unknown): readonly FindingDraft[] {
  return toEnvelopes(recordedEvent).flatMap((envelope) => {
    if (!envelope.ok) return [];
    const events = eventsOf(envelope.value);
    if (!events.ok) return [];
    return events.value.flatMap((event) => {
      const { drafts, failed } = evaluate(event);
      if (failed.length > 0) throw new Error(JSON.stringify(failed));
      return drafts;
    });
  });
}
