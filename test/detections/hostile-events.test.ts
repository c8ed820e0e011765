import { detections } from "@ephor/detections/catalogue";
import { compileDetections } from "@ephor/detections/evaluate";
import { isJsonObject, type Json } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { eventsOf, parseEnvelope } from "@ephor/events/parse-event";
import { expect, test } from "vitest";

const HOSTILE: readonly Json[] = [
  ...[null, true, 7, -1, 1e308, "", "x", "*", "{", "\u202e<script>", "arn:::::", "9".repeat(5000)],
  ...[[], {}, [[]], [null], ["x"], { items: 7 }, { items: [null, 7, "x", {}] }, { "": "" }, { AWS: [7] }],
];

/** Every copy of `value` in which one thing, at any depth, is replaced or taken away. */
function* spoilt(value: Json): Generator<Json> {
  yield* HOSTILE;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const worse of spoilt(item)) yield value.with(index, worse);
  } else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const { [key]: _, ...rest } = value;
      yield rest;
      for (const worse of spoilt(inner)) yield { ...value, [key]: worse };
    }
  }
}

const evaluate = compileDetections(detections);

/** What is wrong with what the catalogue makes of an event. */
function problemsOf(event: Event): readonly string[] {
  const { drafts, failed } = evaluate(event);
  return [
    ...failed.map(({ detection, message }) => `${detection} broke: ${message}`),
    ...drafts.flatMap(({ detection, title, resource }) => {
      if (Array.from(title).length > 200) return [`${detection} has a long title`];
      return resource.id === "" ? [`${detection} names nothing: ${title}`] : [];
    }),
  ];
}

function eventsIn(value: unknown): readonly Event[] {
  const envelope = parseEnvelope(value);
  const events = envelope.ok ? eventsOf(envelope.value) : envelope;
  return events.ok ? events.value : [];
}

test.each(detections.map(({ id, cases }) => [id, cases] as const))(
  "%s: no event that is nearly one of its own breaks any detection",
  (_, cases) => {
    for (const { event } of cases.filter(({ kind }) => kind === "hit")) {
      for (const detail of spoilt(event.detail)) {
        const [problem] = eventsIn({ ...event, detail }).flatMap(problemsOf);
        if (problem !== undefined) expect.fail(`${problem} on ${JSON.stringify(detail)}`);
      }
    }
  },
);
