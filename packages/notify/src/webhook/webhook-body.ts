import type { Message } from "@ephor/domain/notice";
import { NOTICE_KINDS } from "@ephor/domain/notice";
import { SEVERITIES } from "@ephor/domain/severity";
import { z } from "zod";

const text = z.string();

/** What a webhook is sent, version 1: fields are added, never renamed or removed, without a new version. */
export const webhookBodySchema = z.strictObject({
  v: z.literal(1).describe("Version of this shape."),
  id: text.describe(
    "The same when the same message is sent again: keep it to know a repeat. Also in X-Ephor-Delivery.",
  ),
  kind: z
    .enum([...NOTICE_KINDS, "digest", "test"])
    .describe("What it is about; `digest`: several that are alike; `test`: somebody tries the channel."),
  tenant: text,
  at: z.iso.datetime({ precision: 3 }).describe("When it was composed."),
  subject: text,
  severity: z.enum(SEVERITIES).nullable(),
  group: text.describe("Messages of one group belong together."),
  settles: z.boolean().describe("True where the group's matter is settled."),
  paragraphs: z
    .array(z.strictObject({ heading: text, text }))
    .describe("What happened, why it matters, what will be done; plain text, to be escaped by whoever shows it."),
  facts: z.array(z.strictObject({ label: text, value: text })),
  diff: z
    .array(z.strictObject({ path: text, before: z.unknown().optional(), after: z.unknown().optional() }))
    .describe("Fields that change: JSON pointer, value before, value after."),
  link: z.strictObject({ label: text, url: text }).nullable().describe("Where to go on. It decides nothing by itself."),
  data: z.record(text, z.unknown()).describe("The finding, response, approval or exception, secrets redacted."),
});
export type WebhookBody = z.output<typeof webhookBodySchema>;

/** A decision is never in it: neither a personal link's code nor buttons. */
export const webhookBody = (message: Message): WebhookBody => {
  const { id, kind, tenant, at, subject, severity, group, settles, link, data } = message;
  return {
    ...{ v: 1, id, kind, tenant, at, subject, severity, group, settles, link, data: { ...data } },
    paragraphs: message.paragraphs.map(({ heading, text: said }) => ({ heading, text: said })),
    facts: message.facts.map(({ label, value }) => ({ label, value })),
    diff: message.diff.map((entry) => ({ ...entry })),
  };
};

/** JSON Schema (2020-12), published as docs/schemas/webhook.schema.json. */
export function webhookJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(webhookBodySchema, { target: "draft-2020-12" });
  return {
    $schema,
    title: "Ephor webhook",
    description: "The body of a POST to a channel of kind `webhook`.",
    ...schema,
  };
}
