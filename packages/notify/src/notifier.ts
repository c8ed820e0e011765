import type { Clock, Notifier, NotifyError, SecretOf } from "@ephor/app/ports";
import type { Channel } from "@ephor/domain/config/channel";
import { assertNever, err, type Result } from "@ephor/domain/result";
import type { MailDeps, SendBySes } from "./email/send-mail.ts";
import type { SmtpSettings } from "./email/smtp.ts";
import { type HttpPoster, httpPoster } from "./http/http-poster.ts";
import { refused } from "./outcome.ts";
import { sendPagerduty } from "./pagerduty/send-pagerduty.ts";
import type { Sending, Sent } from "./sender.ts";
import { sendSlack } from "./slack/send-slack.ts";
import { sendTeams } from "./teams/send-teams.ts";
import { sendWebhook } from "./webhook/send-webhook.ts";

export type NotifierDeps = {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly secretOf: SecretOf;
  readonly clock: Clock;
  readonly http?: HttpPoster;
  readonly ses?: SendBySes;
  readonly smtp?: SmtpSettings;
};

/** Sends by the channels of the configuration. Each call ends within its bounds, whatever the other side does. */
export function notifier({ channels, secretOf, clock, http = httpPoster(), ses, smtp }: NotifierDeps): Notifier {
  const d: MailDeps = {
    ...{ clock, http, secretOf: (reference) => readSecret(secretOf, reference) },
    ...(ses === undefined ? {} : { ses }),
    ...(smtp === undefined ? {} : { smtp }),
  };
  return {
    send: async ({ channel: name, ...of }) => {
      const channel = Object.hasOwn(channels, name) ? channels[name] : undefined;
      return channel === undefined ? refused(`there is no channel ${name}`) : sendBy(d, { ...of, channel });
    },
  };
}

/** A secret that cannot be read now may be readable in a minute; that it is missing is told at the start. */
async function readSecret(secretOf: SecretOf, reference: string): Promise<Result<string, NotifyError>> {
  const value = await secretOf(reference);
  return value.ok ? value : err({ code: "notify.failed", message: value.error.message });
}

/** What makes mails is the largest part of a function that tells people: it is loaded with the first of them. */
const sendMail: typeof import("./email/send-mail.ts").sendMail = async (...given) =>
  (await import("./email/send-mail.ts")).sendMail(...given);

function sendBy(d: MailDeps, { channel, ...of }: Sending & { readonly channel: Channel }): Promise<Sent> {
  switch (channel.kind) {
    case "slack":
      return sendSlack(d, { ...of, channel });
    case "email":
      return sendMail(d, { ...of, channel });
    case "pagerduty":
      return sendPagerduty(d, { ...of, channel });
    case "webhook":
      return sendWebhook(d, { ...of, channel });
    case "teams":
      return sendTeams(d, { ...of, channel });
    default:
      return assertNever(channel);
  }
}
