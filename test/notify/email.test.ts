import type { ChannelOf } from "@ephor/domain/config/channel";
import { ok } from "@ephor/domain/result";
import { mimeOf } from "@ephor/notify/email/mime";
import { sendMail } from "@ephor/notify/email/send-mail";
import { httpPoster } from "@ephor/notify/http/http-poster";
import fc from "fast-check";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { aMessage, everywhere } from "./support/a-message.ts";

const FROM = "ephor@example.com";
const AT = aMessage().at;

/** A real SMTP server on this machine, and the mails that it took. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const mails: { envelope: string[]; raw: string; parsed: ParsedMail }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks);
      const envelope = session.envelope.rcptTo.map(({ address }) => address);
      mails.push({ envelope, raw: raw.toString("utf8"), parsed: await simpleParser(raw) });
      done();
    },
    ...options,
  });
  server.on("error", () => undefined);
  const { port } = await new Promise<{ port: number }>((ready) => {
    const listening = server.listen(0, "127.0.0.1", () => ready(listening.address() as { port: number }));
  });
  onTestFinished(() => new Promise<void>((closed) => server.close(closed)));
  return { url: `smtp://127.0.0.1:${port}`, mails };
}

const channel = (more: Partial<ChannelOf<"email">> = {}): ChannelOf<"email"> => ({
  ...{ kind: "email", smtpUrl: "env:SMTP", from: FROM, to: ["a@example.com", "b@example.com"] },
  ...{ groupSeconds: 60, messagesPerMinute: 30, ...more },
});
const deps = (url: string, more = {}) => ({
  ...{ http: httpPoster(), clock: { now: () => AT }, secretOf: async () => ok(url), ...more },
});

const words = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
/** What a reader of the HTML part sees. */
function readable(html: string): string {
  const body = html.slice(html.indexOf("<body"));
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`" };
  return words(body.replaceAll(/<[^>]*>/g, " ").replaceAll(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole));
}

test("a message arrives as MIME whose text and HTML say the same", async () => {
  const { url, mails } = await aMailServer();
  expect(await sendMail(deps(url), { channel: channel(), message: aMessage() })).toEqual(ok({ reference: null }));
  const [mail] = mails;
  expect(mail?.envelope).toEqual(["a@example.com", "b@example.com"]);
  expect(mail?.parsed.subject).toBe(aMessage().subject);
  expect(mail?.parsed.from?.text).toBe('"Ephor" <ephor@example.com>');
  expect(mail?.parsed.messageId).toBe(`<${aMessage().id}@example.com>`);
  expect(mail?.parsed.headers.get("auto-submitted")).toBe("auto-generated");
  expect(mail?.parsed.text).toContain("Anyone on the internet can now reach the ports");
  expect(readable(String(mail?.parsed.html))).toBe(words(mail?.parsed.text ?? ""));
});

test("mails of one group are one thread", async () => {
  const { url, mails } = await aMailServer();
  await sendMail(deps(url), { channel: channel(), message: aMessage() });
  await sendMail(deps(url), { channel: channel(), message: aMessage({ id: "msg_other" }) });
  const [first, second] = mails;
  expect(first?.parsed.inReplyTo).toBe(second?.parsed.inReplyTo);
  expect(first?.parsed.messageId).not.toBe(second?.parsed.messageId);
});

test("what is meant for one person reaches nobody else, with its link and code", async () => {
  const { url, mails } = await aMailServer();
  const link = { label: "Decide here", url: "https://ephor.example/approve/abc.def" };
  const message = aMessage({ link, code: "2X9F" });
  await sendMail(deps(url), { channel: channel(), message, to: { email: "alice@example.com" } });
  expect(mails[0]?.envelope).toEqual(["alice@example.com"]);
  expect(mails[0]?.parsed.text).toContain("2X9F");
  expect(mails[0]?.parsed.text).toContain(link.url);
});

test("no text of strangers breaks out of its place: no header, no markup, and both parts still say the same", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.constantFrom(
          "a\r\nBcc: evil@example.com",
          "<script>alert(1)</script>",
          '"><img src=x onerror=alert(1)>',
          "</body></html>",
          "\u202Egnp.exe",
        ),
      ),
      async (text) => {
        const message = everywhere(text);
        const mime = await mimeOf(message, { from: FROM, to: ["a@example.com"], at: AT });
        const mail = await simpleParser(mime);
        expect(mail.headers.has("bcc")).toBe(false);
        expect([...mail.headers.keys()].sort()).toEqual(HEADERS);
        const html = String(mail.html);
        expect(html.match(/<(?!\/?(?:html|head|meta|title|body|h1|h2|p|div|a|!doctype)\b)/i)).toBeNull();
        expect(html).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
        expect(readable(html)).toBe(words(mail.text ?? ""));
      },
    ),
    { numRuns: 100 },
  );
});
const HEADERS = [
  ...["auto-submitted", "content-type", "date", "from", "in-reply-to", "message-id", "mime-version", "references"],
  ...["subject", "to", "x-auto-response-suppress", "x-ephor-message"],
];

const refusing = (responseCode: number): SMTPServerOptions => ({
  onMailFrom: (_, __, done) => done(Object.assign(new Error("no, password hunter2"), { responseCode })),
});

test.each([
  [550, "notify.refused"],
  [451, "notify.failed"],
])("an answer of %i is %s, and the server's words are not repeated", async (responseCode, code) => {
  const { url } = await aMailServer(refusing(responseCode));
  const sent = await sendMail(deps(url), { channel: channel(), message: aMessage() });
  expect(sent).toMatchObject({ ok: false, error: { code, message: `the mail server answered ${responseCode}` } });
});

test("a server that hangs ends at the call's bound", async () => {
  const { url } = await aMailServer({ onMailFrom: () => undefined });
  const sent = await sendMail(deps(url, { smtp: { callMs: 80 } }), { channel: channel(), message: aMessage() });
  expect(sent).toMatchObject({ ok: false, error: { code: "notify.failed" } });
});

test("credentials are used, and wrong ones are refused without being shown", async () => {
  const { url, mails } = await aMailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === "right:1" ? done(null, { user: username ?? "" }) : done(new Error("no")),
  });
  const as = (password: string) => url.replace("smtp://", `smtp://ephor:${encodeURIComponent(password)}@`);
  expect((await sendMail(deps(as("right:1")), { channel: channel(), message: aMessage() })).ok).toBe(true);
  const wrong = await sendMail(deps(as("hunter2")), { channel: channel(), message: aMessage() });
  expect(wrong).toMatchObject({ ok: false, error: { code: "notify.refused" } });
  expect(JSON.stringify(wrong)).not.toContain("hunter2");
  expect(mails).toHaveLength(1);
});

test("by SES goes the same MIME, in the sender's name", async () => {
  const given: { region: string; from: string; to: readonly string[]; mime: Uint8Array }[] = [];
  const ses = async (mail: (typeof given)[number]) => {
    given.push(mail);
    return ok(undefined);
  };
  const { smtpUrl: _, ...bySes } = channel({ sesRegion: "eu-west-1" });
  expect((await sendMail(deps("", { ses }), { channel: bySes, message: aMessage() })).ok).toBe(true);
  expect(given[0]).toMatchObject({ region: "eu-west-1", from: FROM, to: ["a@example.com", "b@example.com"] });
  expect((await simpleParser(Buffer.from(given[0]?.mime ?? []))).subject).toBe(aMessage().subject);
});

test.each(["nonsense", "https://mail.example/", "smtp://"])("an SMTP URL that is none (%s) is refused", async (url) => {
  const sent = await sendMail(deps(url), { channel: channel(), message: aMessage() });
  expect(sent).toMatchObject({ ok: false, error: { code: "notify.refused" } });
});
