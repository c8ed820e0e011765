import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { z } from "zod";
import type { Envelope, Event, EventKind } from "../envelope.ts";
import { check } from "./check.ts";
import { eventTimeOf } from "./event-time.ts";
import { type MalformedEvent, malformed } from "./malformed.ts";
import { listAt } from "./read.ts";

/** One declared source: which envelopes are its own, and the events that such an envelope holds. */
export type Source = {
  readonly kind: EventKind;
  /** `detail-type` values, exactly as AWS writes them. */
  readonly detailTypes: readonly string[] | "any";
  readonly recognises: (envelope: Envelope) => boolean;
  /** Never throws. The error's path is a JSON pointer into the envelope. */
  readonly parse: (envelope: Envelope) => Result<readonly Event[], MalformedEvent>;
};

type Recognition = {
  readonly kind: EventKind;
  /** The exact `source`, or a test of it. */
  readonly source: string | ((source: string) => boolean);
  readonly detailTypes: Source["detailTypes"];
  /** Further tells two formats of one source apart. */
  readonly when?: (detail: JsonObject) => boolean;
};

type SourceInput<S extends z.ZodType> = Recognition & {
  /** What `detail` must have for its identity, time and readers; other fields are kept. */
  readonly schema: S;
  /** The envelope's id when absent. */
  readonly identity?: (detail: z.output<S>) => string;
  /** RFC 3339; the envelope's time when absent. */
  readonly time?: (detail: z.output<S>) => string;
};

/** A source whose envelopes hold one event each. */
export function defineSource<S extends z.ZodType>({ schema, identity, time, ...input }: SourceInput<S>): Source {
  return {
    ...recognition(input),
    parse: (envelope) => {
      const detail = check(schema, { part: envelope.detail, root: envelope, path: ["detail"] });
      if (!detail.ok) return detail;
      const event = eventOf(envelope, {
        kind: input.kind,
        identity: identity?.(detail.value) ?? envelope.id,
        time: time?.(detail.value) ?? envelope.time,
      });
      return event.ok ? ok([event.value]) : event;
    },
  };
}

/** A source whose `detail.findings` holds one event an item; each event's envelope keeps its own finding only. */
export function defineFindingsSource<S extends z.ZodType>({
  schema,
  identity,
  ...input
}: Recognition & { readonly schema: S; readonly identity: (finding: z.output<S>) => string }): Source {
  const detailSchema = z.object({
    findings: z.array(schema, "a list of findings").min(1, "at least one finding"),
  });
  return {
    ...recognition(input),
    parse: (envelope) => {
      const detail = check(detailSchema, { part: envelope.detail, root: envelope, path: ["detail"] });
      if (!detail.ok) return detail;
      const findings = listAt(envelope.detail, "findings");
      const events: Event[] = [];
      for (const [index, checked] of detail.value.findings.entries()) {
        const own = { ...envelope, detail: { ...envelope.detail, findings: findings.slice(index, index + 1) } };
        const event = eventOf(own, { kind: input.kind, identity: identity(checked), time: envelope.time });
        if (!event.ok) return event;
        events.push(event.value);
      }
      return ok(events);
    },
  };
}

function recognition({ kind, source, detailTypes, when }: Recognition): Omit<Source, "parse"> {
  const isOwn = typeof source === "string" ? (name: string) => name === source : source;
  const types = detailTypes === "any" ? undefined : new Set(detailTypes);
  return {
    kind,
    detailTypes,
    recognises: (envelope) =>
      types?.has(envelope["detail-type"]) !== false && isOwn(envelope.source) && when?.(envelope.detail) !== false,
  };
}

/** The event that a checked envelope is. */
export function eventOf(
  envelope: Envelope,
  { kind, identity, time }: { readonly kind: EventKind; readonly identity: string; readonly time: string },
): Result<Event, MalformedEvent> {
  const at = eventTimeOf(time);
  if (at === undefined) return malformed("found a time that is not RFC 3339", "/time");
  return ok({ kind, envelope, identity, time: at, account: envelope.account, region: envelope.region });
}
