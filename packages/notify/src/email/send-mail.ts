import type { NotifyError } from "@ephor/app/ports";
import type { ChannelOf } from "@ephor/domain/config/channel";
import { ok, type Result } from "@ephor/domain/result";
import { refused } from "../outcome.ts";
import type { Sender, SenderDeps } from "../sender.ts";
import { type Envelope, mimeOf } from "./mime.ts";
import { type SmtpSettings, sendBySmtp, smtpServerOf } from "./smtp.ts";

/** Sends a whole MIME message by Amazon SES of a Region; given by the composition root. */
export type SendBySes = (
  of: Envelope & { readonly region: string; readonly mime: Uint8Array },
) => Promise<Result<void, NotifyError>>;
export type MailDeps = SenderDeps & { readonly ses?: SendBySes; readonly smtp?: SmtpSettings };

/** To one person, or to the channel's own receivers. */
export const sendMail: Sender<"email", MailDeps> = async (d, { channel, message, to }) => {
  const envelope: Envelope = { from: channel.from, to: to === undefined ? channel.to : [to.email] };
  const mime = await mimeOf(message, { ...envelope, at: d.clock.now() });
  const sent = await handOver(d, { channel, envelope, mime });
  return sent.ok ? ok({ reference: null }) : sent;
};

type Mail = { readonly channel: ChannelOf<"email">; readonly envelope: Envelope; readonly mime: Buffer };

async function handOver(d: MailDeps, { channel, envelope, mime }: Mail): Promise<Result<void, NotifyError>> {
  const { smtpUrl, sesRegion: region } = channel;
  if (region !== undefined) {
    if (d.ses === undefined) return refused("nothing here sends by Amazon SES");
    return d.ses({ ...envelope, region, mime });
  }
  if (smtpUrl === undefined) return refused("the channel has neither SMTP URL nor SES Region");
  const url = await d.secretOf(smtpUrl);
  if (!url.ok) return url;
  const server = smtpServerOf(url.value);
  if (!server.ok) return server;
  return sendBySmtp(server.value, { envelope, mime, ...(d.smtp === undefined ? {} : { settings: d.smtp }) });
}
