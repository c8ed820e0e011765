import { z } from "zod";
import { safeUrl } from "./address.ts";
import { describeField, secretRefSchema } from "./field.ts";

const secret = (what: string) =>
  secretRefSchema.describe(describeField({ what, bounds: "`env:NAME` or `file:PATH`", sensitive: true }));
const optionalSecret = (what: string) =>
  secretRefSchema
    .exactOptional()
    .describe(describeField({ what, default: "none", bounds: "`env:NAME` or `file:PATH`", sensitive: true }));

const email = z.email("an e-mail address").max(254, "an e-mail address of at most 254 characters");

const slack = z
  .strictObject({
    kind: z.literal("slack").describe(describeField({ what: "A Slack workspace.", bounds: "`slack`" })),
    token: optionalSecret("Where the bot token (`chat:write`) is; needed for buttons and updated messages."),
    signingSecret: optionalSecret("Where the signing secret is; needed to accept button clicks."),
    webhookUrl: optionalSecret("Where an incoming-webhook URL is; instead of `token`, for messages only."),
    channel: z
      .string()
      .regex(/^(?:#[\p{L}\p{N}_-]{1,80}|[CGD][A-Z0-9]{6,20})$/u, "a channel, `#name` or its id such as `C0123456789`")
      .exactOptional()
      .describe(
        describeField({
          what: "Where to post; needed with `token`.",
          default: "none",
          bounds: "`#name` or a channel id",
        }),
      ),
  })
  .refine(
    (slackChannel) => (slackChannel.token === undefined) !== (slackChannel.webhookUrl === undefined),
    "exactly one of `token` and `webhookUrl`",
  )
  .refine((slackChannel) => slackChannel.token === undefined || slackChannel.channel !== undefined, {
    error: "a `channel` beside `token`",
  });

const mail = z.strictObject({
  kind: z.literal("email").describe(describeField({ what: "E-mail by SMTP.", bounds: "`email`" })),
  smtpUrl: secret("Where the SMTP URL is (`smtps://user:password@host:465`)."),
  from: email.describe(describeField({ what: "The sender's address.", bounds: "an e-mail address" })),
  to: z
    .array(email.describe(describeField({ what: "A receiver's address.", bounds: "an e-mail address" })))
    .min(1, "a list of 1 to 50 e-mail addresses")
    .max(50, "a list of 1 to 50 e-mail addresses")
    .describe(describeField({ what: "The receivers.", bounds: "1 to 50 addresses" })),
});

const pagerduty = z.strictObject({
  kind: z.literal("pagerduty").describe(describeField({ what: "PagerDuty Events v2.", bounds: "`pagerduty`" })),
  routingKey: secret("Where the integration's routing key is."),
});

const webhook = z.strictObject({
  kind: z.literal("webhook").describe(describeField({ what: "A signed HTTP POST.", bounds: "`webhook`" })),
  url: z
    .string()
    .max(2048, "an address of at most 2048 characters")
    .refine((url) => safeUrl(url) !== undefined, "an https address (http only on this machine) without credentials")
    .describe(
      describeField({
        what: "The receiver.",
        bounds: "https, or http on a loopback address; no credentials, no link-local or metadata address",
      }),
    ),
  signingKey: optionalSecret("Where the key is that signs each delivery (HMAC-SHA-256)."),
});

const teams = z.strictObject({
  kind: z.literal("teams").describe(describeField({ what: "Microsoft Teams.", bounds: "`teams`" })),
  webhookUrl: secret("Where the workflow's webhook URL is."),
});

export const CHANNEL_KINDS = ["slack", "email", "pagerduty", "webhook", "teams"] as const;

/** One place that notifications go to; every secret in it is a reference. */
export const channelSchema = z.discriminatedUnion("kind", [slack, mail, pagerduty, webhook, teams]);
export type Channel = z.infer<typeof channelSchema>;
