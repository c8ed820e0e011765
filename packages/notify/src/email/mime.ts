import { showUnseen } from "@ephor/domain/escape";
import type { Message } from "@ephor/domain/notice";
import { epochMsOf, type Timestamp } from "@ephor/domain/time";
import MailComposer from "nodemailer/lib/mail-composer";
import { fit } from "../fit.ts";
import { mailHtml, mailText } from "./mail-parts.ts";

/** A line of a header stays readable and far below what servers take (RFC 5322 2.1.1). */
const SUBJECT_MAX = 200;

export type Envelope = { readonly from: string; readonly to: readonly string[] };

/**
 * The message as MIME (RFC 5322, RFC 2046): text and HTML that say the same. The same notice has the same Message-ID, and
 * mails of one group are one thread. Nothing is read from files or addresses.
 */
export function mimeOf(message: Message, { from, to, at }: Envelope & { readonly at: Timestamp }): Promise<Buffer> {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  const thread = `<group-${message.group.replaceAll(/[^A-Za-z0-9._-]/g, "-").slice(0, 100)}@${domain}>`;
  const composer = new MailComposer({
    from: { name: "Ephor", address: from },
    to: to.map((address) => ({ name: "", address })),
    subject: fit(message.subject, { max: SUBJECT_MAX, as: showUnseen }),
    text: mailText(message),
    html: mailHtml(message),
    messageId: `<${message.id}@${domain}>`,
    inReplyTo: thread,
    references: [thread],
    date: new Date(epochMsOf(at)),
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "X-Ephor-Message": message.id,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, mime) => (error === null || error === undefined ? resolve(mime) : reject(error)));
  });
}
