import type { OpenDialog, SecretOf } from "@ephor/app/ports";
import { DIALOG_ID, REASON_BLOCK, REASON_INPUT } from "@ephor/app/slack-payload";
import type { Channel } from "@ephor/domain/config/channel";
import type { JsonObject } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import type { HttpPoster } from "../http/http-poster.ts";
import { refused } from "../outcome.ts";
import { callSlack } from "./slack-api.ts";

type Deps = {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly secretOf: SecretOf;
  /** Bound well below the 3 s in which Slack wants its answer. */
  readonly http: HttpPoster;
};
const REASON_MAX = 500;
const WORDS = { approve: "Approve", reject: "Reject" } as const;

/** Slack's modal that asks for the reason of a decision; https://docs.slack.dev/reference/methods/views.open */
export function slackDialog(d: Deps): OpenDialog {
  return async ({ channel: name, triggerId, note }) => {
    const channel = Object.hasOwn(d.channels, name) ? d.channels[name] : undefined;
    if (channel?.kind !== "slack" || channel.token === undefined) return refused("the channel has no bot token");
    const token = await d.secretOf(channel.token);
    if (!token.ok) return refused(token.error.message);
    const body = { trigger_id: triggerId, view: dialogView(note) };
    const opened = await callSlack(
      { http: d.http, apiUrl: channel.apiUrl, token: token.value },
      { method: "views.open", body },
    );
    return opened.ok ? ok(undefined) : opened;
  };
}

const plain = (text: string) => ({ type: "plain_text", emoji: false, text });

export function dialogView(note: Parameters<OpenDialog>[0]["note"]): JsonObject {
  const word = WORDS[note.decision];
  return {
    type: "modal",
    callback_id: DIALOG_ID,
    private_metadata: JSON.stringify(note),
    title: plain(word),
    submit: plain(word),
    close: plain("Cancel"),
    blocks: [
      {
        type: "input",
        block_id: REASON_BLOCK,
        optional: note.decision === "approve",
        label: plain("Why?"),
        hint: plain("The ledger keeps it."),
        element: { type: "plain_text_input", action_id: REASON_INPUT, multiline: true, max_length: REASON_MAX },
      },
    ],
  };
}
