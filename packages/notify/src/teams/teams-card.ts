import { showUnseen } from "@ephor/domain/escape";
import type { JsonObject } from "@ephor/domain/json";
import type { Message } from "@ephor/domain/notice";
import { diffLine } from "../diff-line.ts";
import { firstOf, fit } from "../fit.ts";

/** Teams takes messages of at most 28 KB; https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
export const TEAMS_BYTES_MAX = 28 * 1024;
/** Tried in turn until the card is small enough. */
const SIZES = [
  { text: 4_000, value: 500, facts: 20, diff: 20 },
  { text: 1_000, value: 200, facts: 10, diff: 10 },
  { text: 250, value: 80, facts: 6, diff: 3 },
] as const;
type Size = (typeof SIZES)[number];

/** The message as what a Teams workflow posts: one Adaptive Card. */
export function teamsBody(message: Message): string {
  const bodies = SIZES.map((size) => JSON.stringify(posted(card(message, size))));
  return bodies.find((body) => Buffer.byteLength(body) <= TEAMS_BYTES_MAX) ?? bodies.at(-1) ?? "";
}

const posted = (content: JsonObject): JsonObject => ({
  type: "message",
  attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
});

/** Text runs, unlike text blocks and facts, are not read as Markdown, so names cannot become links or markup. */
const run = (text: string, style: JsonObject = {}): JsonObject => ({ type: "TextRun", text, ...style });
const rich = (...inlines: readonly JsonObject[]): JsonObject => ({ type: "RichTextBlock", inlines });
const BOLD = { weight: "Bolder" };

function card(message: Message, size: Size): JsonObject {
  const shown = (text: string, max: number): string => fit(text, { max, as: showUnseen });
  const { shown: changed, more } = firstOf(message.diff, size.diff);
  const changes = [
    ...changed.map((entry) => shown(diffLine(entry), size.value)),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      rich(run(shown(message.subject, 250), { ...BOLD, size: "Large" })),
      ...message.paragraphs.flatMap(({ heading, text }) => [
        rich(run(shown(heading, 100), BOLD)),
        rich(run(shown(text, size.text))),
      ]),
      ...message.facts
        .slice(0, size.facts)
        .map(({ label, value }) => rich(run(`${shown(label, 60)}: `, BOLD), run(shown(value, size.value)))),
      ...(changes.length === 0 ? [] : [rich(run("The change", BOLD)), ...changes.map((one) => rich(run(one)))]),
    ],
    ...(message.link === null
      ? {}
      : { actions: [{ type: "Action.OpenUrl", title: message.link.label, url: message.link.url }] }),
  };
}
