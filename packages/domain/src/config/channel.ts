import { z } from "zod";
import { safeUrl } from "./address.ts";
import { describeField, SECRET_REF_BOUNDS, secretRefSchema, wholeNumber } from "./field.ts";

const secret = (what: string) =>
  secretRefSchema.describe(describeField({ what, bounds: SECRET_REF_BOUNDS, sensitive: true }));
const optionalSecret = (what: string) =>
  secretRefSchema
    .exactOptional()
    .describe(describeField({ what, default: "none", bounds: SECRET_REF_BOUNDS, sensitive: true }));

const email = z.email("an e-mail address").max(254, "an e-mail address of at most 254 characters");

const URL_BOUNDS = "https, or http on a loopback address; no credentials, no link-local or metadata address";
const address = z
  .string()
  .max(2048, "an address of at most 2048 characters")
  .refine((url) => safeUrl(url) !== undefined, "an https address (http only on this machine) without credentials");
const addressOf = (what: string, fallback: string) =>
  address.default(fallback).describe(describeField({ what, default: fallback, bounds: URL_BOUNDS }));

/** How much of the same goes out, and how fast. People read the first kinds, programs the others. */
const pace = (groupSeconds: number) => ({
  groupSeconds: wholeNumber(0, 3600)
    .default(groupSeconds)
    .describe(
      describeField({
        what: "After a message, those alike within so many seconds go as one when the time ends; 0 sends each by itself.",
        default: String(groupSeconds),
        bounds: "0 to 3600",
      }),
    ),
  messagesPerMinute: wholeNumber(1, 1_000_000)
    .default(30)
    .describe(
      describeField({
        what: "Messages a minute; beyond, they wait their turn and none is dropped.",
        default: "30",
        bounds: "1 to 1000000",
      }),
    ),
});
const FOR_PEOPLE = pace(60);
const FOR_PROGRAMS = pace(0);

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
    apiUrl: addressOf("Where Slack's Web API is; GovSlack has its own.", "https://slack.com/api"),
    ...FOR_PEOPLE,
  })
  .refine(
    (slackChannel) => (slackChannel.token === undefined) !== (slackChannel.webhookUrl === undefined),
    "exactly one of `token` and `webhookUrl`",
  )
  .refine((slackChannel) => slackChannel.token === undefined || slackChannel.channel !== undefined, {
    error: "a `channel` beside `token`",
  });

const mail = z
  .strictObject({
    kind: z.literal("email").describe(describeField({ what: "E-mail.", bounds: "`email`" })),
    smtpUrl: optionalSecret("Where the SMTP URL is (`smtps://user:password@host:465`)."),
    sesRegion: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/, "an AWS Region such as `eu-west-1`")
      .exactOptional()
      .describe(
        describeField({
          what: "Sends by Amazon SES of this Region, instead of `smtpUrl`; `from` or its domain must be verified there.",
          default: "none",
          bounds: "an AWS Region",
        }),
      ),
    from: email.describe(describeField({ what: "The sender's address.", bounds: "an e-mail address" })),
    to: z
      .array(email.describe(describeField({ what: "A receiver's address.", bounds: "an e-mail address" })))
      .min(1, "a list of 1 to 50 e-mail addresses")
      .max(50, "a list of 1 to 50 e-mail addresses")
      .describe(
        describeField({
          what: "The receivers. Requests for approval go to each person who may decide instead.",
          bounds: "1 to 50 addresses",
        }),
      ),
    ...FOR_PEOPLE,
  })
  .refine(
    (mailChannel) => (mailChannel.smtpUrl === undefined) !== (mailChannel.sesRegion === undefined),
    "exactly one of `smtpUrl` and `sesRegion`",
  );

const pagerduty = z.strictObject({
  kind: z.literal("pagerduty").describe(describeField({ what: "PagerDuty Events v2.", bounds: "`pagerduty`" })),
  routingKey: secret("Where the integration's routing key is."),
  url: addressOf(
    "Where events are taken; accounts in the EU have `https://events.eu.pagerduty.com/v2/enqueue`.",
    "https://events.pagerduty.com/v2/enqueue",
  ),
  ...FOR_PROGRAMS,
});

const webhook = z.strictObject({
  kind: z.literal("webhook").describe(describeField({ what: "A signed HTTP POST.", bounds: "`webhook`" })),
  url: address.describe(describeField({ what: "The receiver.", bounds: URL_BOUNDS })),
  signingKey: optionalSecret("Where the key is that signs each delivery (HMAC-SHA-256)."),
  ...FOR_PROGRAMS,
});

const teams = z.strictObject({
  kind: z.literal("teams").describe(describeField({ what: "Microsoft Teams.", bounds: "`teams`" })),
  webhookUrl: secret("Where the workflow's webhook URL is."),
  ...FOR_PEOPLE,
});

export const CHANNEL_KINDS = ["slack", "email", "pagerduty", "webhook", "teams"] as const;

/** One place that notifications go to; every secret in it is a reference. */
export const channelSchema = z.discriminatedUnion("kind", [slack, mail, pagerduty, webhook, teams]);
export type Channel = z.infer<typeof channelSchema>;
export type ChannelOf<K extends Channel["kind"]> = Extract<Channel, { kind: K }>;
