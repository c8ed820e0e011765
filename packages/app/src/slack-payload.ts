import type { DecisionWord } from "@ephor/domain/approval";
import { ephorError } from "@ephor/domain/error";
import { type ApprovalId, parseApprovalId } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { z } from "zod";

/*
 * What Slack posts to the interactivity URL, as far as anything here looks at it:
 * https://docs.slack.dev/reference/interaction-payloads/block_actions-payload and …/view-interactions-payload
 */

const text = (max: number) => z.string().max(max);
const user = z.looseObject({ id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/) });
const blockActions = z.looseObject({
  type: z.literal("block_actions"),
  user,
  trigger_id: text(500),
  channel: z.looseObject({ id: text(50) }).optional(),
  actions: z
    .array(z.looseObject({ action_id: text(255), value: text(2000).optional() }))
    .min(1)
    .max(25),
});
const viewSubmission = z.looseObject({
  type: z.literal("view_submission"),
  user,
  view: z.looseObject({
    callback_id: text(255),
    private_metadata: text(3000),
    state: z.looseObject({
      values: z.record(text(255), z.record(text(255), z.looseObject({ value: text(3000).nullish() }))),
    }),
  }),
});
const payload = z.discriminatedUnion("type", [blockActions, viewSubmission]);

export const DIALOG_ID = "ephor-decide";
export const REASON_BLOCK = "ephor-reason";
export const REASON_INPUT = "text";

/** Which approval a click is about; what a button and a dialog carry. */
export type SlackSubject = { readonly tenant: Tenant; readonly approvalId: ApprovalId };
/** What a person did in Slack. */
export type SlackDeed = { readonly slackId: string; readonly subject: SlackSubject } & (
  | { readonly kind: "open"; readonly channelId: string | null }
  | {
      readonly kind: "press";
      readonly decision: DecisionWord;
      readonly triggerId: string;
      readonly channelId: string | null;
    }
  | { readonly kind: "submit"; readonly decision: DecisionWord; readonly reason: string; readonly channel: string }
);

const BUTTONS: Readonly<Record<string, DecisionWord | "open">> = {
  "ephor-approve": "approve",
  "ephor-reject": "reject",
  "ephor-open": "open",
};
const dialog = z.strictObject({
  subject: text(200),
  decision: z.enum(["approve", "reject"]),
  channel: text(63),
});
/** What a dialog carries back (`private_metadata`). */
export type DialogNote = z.output<typeof dialog>;

export const subjectText = ({ tenant, approvalId }: SlackSubject): string => `${tenant}/${approvalId}`;

function subjectOf(value: string | undefined): SlackSubject | undefined {
  const [tenant = "", id = ""] = value?.split("/") ?? [];
  const approvalId = parseApprovalId(id);
  return isTenant(tenant) && approvalId !== undefined ? { tenant, approvalId } : undefined;
}

const unreadable = () =>
  err(ephorError("input.invalid", "expected an interaction payload of Slack with Ephor's own buttons"));

/** Reads the form that Slack posts (`payload=<JSON>`). Error: `input.invalid`. */
export function readSlackPayload(body: string): Result<SlackDeed> {
  const parsed = payload.safeParse(jsonOf(new URLSearchParams(body).get("payload")));
  if (!parsed.success) return unreadable();
  return parsed.data.type === "block_actions" ? pressed(parsed.data) : submitted(parsed.data);
}

function pressed({ user: by, channel, actions, trigger_id }: z.output<typeof blockActions>): Result<SlackDeed> {
  const action = actions.find(({ action_id }) => Object.hasOwn(BUTTONS, action_id));
  const word = action && BUTTONS[action.action_id];
  const subject = subjectOf(action?.value);
  if (word === undefined || subject === undefined) return unreadable();
  const base = { slackId: by.id, subject, channelId: channel?.id ?? null };
  if (word === "open") return ok({ kind: "open", ...base });
  return ok({ kind: "press", ...base, decision: word, triggerId: trigger_id });
}

function submitted({ user: by, view }: z.output<typeof viewSubmission>): Result<SlackDeed> {
  const note = dialog.safeParse(jsonOf(view.private_metadata));
  const subject = note.success ? subjectOf(note.data.subject) : undefined;
  if (view.callback_id !== DIALOG_ID || !note.success || subject === undefined) return unreadable();
  const reason = view.state.values[REASON_BLOCK]?.[REASON_INPUT]?.value?.trim() ?? "";
  const { decision, channel } = note.data;
  return ok({ kind: "submit", slackId: by.id, subject, decision, reason, channel });
}

function jsonOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
