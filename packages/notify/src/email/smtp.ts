import { connect, type Socket } from "node:net";
import type { NotifyError } from "@ephor/app/ports";
import { ok, type Result } from "@ephor/domain/result";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { AddressRefused, checkedLookup, mayReach } from "../http/checked-lookup.ts";
import { failed, refused } from "../outcome.ts";
import type { Envelope } from "./mime.ts";

export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise by STARTTLS, which only a server on this machine may lack. */
  readonly isSecure: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
};
export type SmtpSettings = {
  readonly connectMs?: number;
  readonly callMs?: number;
  readonly ca?: string;
  /** Ends a call under way: whether the mail was taken is not known. */
  readonly signal?: AbortSignal;
};

const CONNECT_MS = 5_000;
const CALL_MS = 30_000;
const PORTS: Readonly<Record<string, number>> = { "smtps:": 465, "smtp:": 587 };
const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** Reads `smtps://user:password@host:465` or `smtp://…`; the error does not repeat what it was given. */
export function smtpServerOf(url: string): Result<SmtpServer, NotifyError> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const port = parsed === undefined ? undefined : PORTS[parsed.protocol];
  if (parsed === undefined || port === undefined || parsed.hostname === "") {
    return refused("the SMTP URL is none; expected smtps://user:password@host:465 or smtp://…");
  }
  const { username, password } = parsed;
  const auth = username === "" ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const host = parsed.hostname.replace(/^\[(.*)\]$/, "$1");
  return ok({
    host,
    port: parsed.port === "" ? port : Number(parsed.port),
    isSecure: parsed.protocol === "smtps:",
    auth,
  });
}

/** Hands one mail to the server. 4xx answers and broken connections may pass, 5xx answers will not (RFC 5321 4.2.1). */
export async function sendBySmtp(
  server: SmtpServer,
  { envelope, mime, settings = {} }: { envelope: Envelope; mime: Buffer; settings?: SmtpSettings },
): Promise<Result<void, NotifyError>> {
  const { connectMs = CONNECT_MS, callMs = CALL_MS, ca, signal } = settings;
  const stopped = failed("the call was ended, as Ephor stops");
  if (signal?.aborted === true) return stopped;
  let onAbort = (): void => undefined;
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Result<void, NotifyError>>((settle) => {
    onAbort = () => settle(stopped);
    signal?.addEventListener("abort", onAbort, { once: true });
    timer = setTimeout(() => settle(failed(`the mail server took longer than ${callMs / 1000} s`)), callMs);
  });
  const work = async (): Promise<Result<void, NotifyError>> => {
    const isLocal = LOCAL.test(server.host);
    socket = await connected(server, { connectMs, isLocal, ...(signal === undefined ? {} : { signal }) });
    await handOver({ server, socket, envelope, mime, connectMs, callMs, isLocal, ...(ca === undefined ? {} : { ca }) });
    return ok(undefined);
  };
  try {
    return await Promise.race([work().catch(meaning), tooLate]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    socket?.destroy();
  }
}

/** A connection to an address that was checked; nodemailer would resolve the name itself. */
function connected(
  { host, port }: SmtpServer,
  { connectMs, isLocal, signal }: { connectMs: number; isLocal: boolean; signal?: AbortSignal },
): Promise<Socket> {
  const reach = { loopbackOnly: isLocal };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: checkedLookup(reach), ...(signal === undefined ? {} : { signal }) });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error("ETIMEDOUT")), connectMs);
    socket.once("error", fail);
    socket.once("connect", () => {
      if (!mayReach(socket.remoteAddress ?? "", reach)) return fail(new AddressRefused());
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

type HandOver = {
  readonly server: SmtpServer;
  readonly socket: Socket;
  readonly envelope: Envelope;
  readonly mime: Buffer;
  readonly connectMs: number;
  readonly callMs: number;
  readonly isLocal: boolean;
  readonly ca?: string;
};

async function handOver(of: HandOver): Promise<void> {
  const { server, socket, envelope, mime, connectMs, callMs, isLocal, ca } = of;
  const smtp = new SMTPConnection({
    ...{ host: server.host, port: server.port, connection: socket, secure: server.isSecure },
    ...{ requireTLS: !server.isSecure && !isLocal, greetingTimeout: connectMs, socketTimeout: callMs, logger: false },
    tls: {
      ...{ minVersion: "TLSv1.2", rejectUnauthorized: true, servername: isLocal ? "localhost" : server.host },
      ...(ca === undefined ? {} : { ca }),
    },
    // A server on this machine offers STARTTLS with whatever certificate it made itself.
    ignoreTLS: isLocal && !server.isSecure,
  });
  const step = <T>(run: (done: (error?: Error | null, value?: T) => void) => void): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      smtp.once("error", reject);
      run((error, value) => (error === undefined || error === null ? resolve(value) : reject(error)));
    });
  try {
    await step((done) => smtp.connect(done));
    const { auth } = server;
    if (auth !== null) await step((done) => smtp.login({ credentials: auth }, done));
    await step((done) => smtp.send({ from: envelope.from, to: [...envelope.to] }, mime, done));
    smtp.quit();
  } finally {
    smtp.close();
  }
}

/** A server's own words can repeat addresses; its code says enough. */
function meaning(error: unknown): Result<void, NotifyError> {
  if (error instanceof AddressRefused) return refused(error.message);
  const code = codeOf(error);
  if (code !== undefined && code >= 500) return refused(`the mail server answered ${code}`);
  if (code !== undefined) return failed(`the mail server answered ${code}`);
  const named = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no answer";
  return failed(`the mail server could not be used: ${named}`);
}

function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && "responseCode" in error ? error.responseCode : undefined;
  return typeof code === "number" ? code : undefined;
}
