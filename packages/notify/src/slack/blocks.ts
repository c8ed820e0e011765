import { escapeSlack, showUnseen } from "@ephor/domain/escape";
import type { JsonObject } from "@ephor/domain/json";
import type { Message } from "@ephor/domain/notice";
import { diffLine } from "../diff-line.ts";
import { firstOf, fit } from "../fit.ts";

/** https://docs.slack.dev/reference/block-kit/blocks : what a message may hold, each below Slack's own bound. */
const HEADER_MAX = 150;
const SECTION_MAX = 2900;
const FIELD_MAX = 1900;
const FIELDS_MAX = 10;
const PARAGRAPHS_MAX = 10;
const DIFF_MAX = 12;
const DIFF_LINE_MAX = 220;
const NOTIFICATION_MAX = 2900;

/** What a click hands back; the tenant is part of where an approval lies. */
export const ACTION_IDS = { approve: "ephor-approve", reject: "ephor-reject", open: "ephor-open" } as const;
const STYLES = { approve: { style: "primary" }, reject: { style: "danger" }, open: {} } as const;

// Slack reads these three as the beginning of links and mentions, in plain text too.
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escapePlain = (text: string): string => showUnseen(text).replace(/[&<>]/g, (found) => ENTITIES[found] ?? found);

/** `verbatim`: Slack looks for no names, channels and addresses in it by itself. */
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const section = (text: string): JsonObject => ({ type: "section", text: mrkdwn(text) });

/** The message as Block Kit, and as the text that notifications and screen readers give. */
export function slackBody(message: Message): { readonly text: string; readonly blocks: readonly JsonObject[] } {
  return {
    text: fit(message.subject, { max: NOTIFICATION_MAX, as: escapeSlack }),
    blocks: [
      {
        type: "header",
        text: {
          type: "plain_text",
          emoji: false,
          text: fit(message.subject, { max: HEADER_MAX, as: escapePlain }),
        },
      },
      ...message.paragraphs
        .slice(0, PARAGRAPHS_MAX)
        .map(({ heading, text }) =>
          section(`*${escapeSlack(heading)}*\n${fit(text, { max: SECTION_MAX, as: escapeSlack })}`),
        ),
      ...facts(message),
      ...diff(message),
      ...code(message),
      ...actions(message),
      ...link(message),
    ],
  };
}

function facts({ facts: all }: Message): readonly JsonObject[] {
  if (all.length === 0) return [];
  const fields = all
    .slice(0, FIELDS_MAX)
    .map(({ label, value }) => mrkdwn(`*${escapeSlack(label)}*\n${fit(value, { max: FIELD_MAX, as: escapeSlack })}`));
  return [{ type: "section", fields }];
}

function diff({ diff: all }: Message): readonly JsonObject[] {
  if (all.length === 0) return [];
  const { shown, more } = firstOf(all, DIFF_MAX);
  const lines = shown.map((entry) => `• ${fit(diffLine(entry), { max: DIFF_LINE_MAX, as: escapeSlack })}`);
  const rest = more === 0 ? [] : [`… and ${more} more`];
  return [section(["*The change*", ...lines, ...rest].join("\n"))];
}

const code = ({ code: typed }: Message): readonly JsonObject[] =>
  typed === null ? [] : [section(`*Code, to be typed on the page*\n${escapeSlack(typed)}`)];

function actions({ actions: all, tenant }: Message): readonly JsonObject[] {
  if (all.length === 0) return [];
  const elements = all.map(({ decision, label, approvalId }) => ({
    ...{ type: "button", action_id: ACTION_IDS[decision], value: `${tenant}/${approvalId}` },
    ...{ text: { type: "plain_text", emoji: false, text: label }, ...STYLES[decision] },
  }));
  return [{ type: "actions", elements }];
}

/** Both parts are Ephor's own: an address made of the configuration and an id. */
const link = ({ link: to }: Message): readonly JsonObject[] =>
  to === null ? [] : [{ type: "context", elements: [mrkdwn(`<${escapePlain(to.url)}|${escapePlain(to.label)}>`)] }];
