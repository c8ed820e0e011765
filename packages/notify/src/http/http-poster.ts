import * as http from "node:http";
import * as https from "node:https";
import { isIP } from "node:net";
import type { NotifyError } from "@ephor/app/ports";
import { safeUrl } from "@ephor/domain/config/address";
import { ok, type Result } from "@ephor/domain/result";
import { failed, refused } from "../outcome.ts";
import { AddressRefused, checkedLookup, mayReach, type Reach } from "./checked-lookup.ts";

export type HttpAnswer = {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  /** At most 64 KiB of it. */
  readonly text: string;
};
export type Post = {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type HttpPoster = {
  /** What was answered, whatever it was. Error: `notify.failed` where nothing was, `notify.refused` where nothing may be sent. */
  post(of: Post): Promise<Result<HttpAnswer, NotifyError>>;
  /** Ends the calls under way: whether they arrived is not known. None begins after. */
  close(): void;
};
export type HttpPosterSettings = {
  /** Until the connection stands, TLS included. */
  readonly connectMs?: number;
  /** From first to last. */
  readonly callMs?: number;
  /** Given by tests alone, as is `resolve`. */
  readonly ca?: string;
  readonly resolve?: NonNullable<Reach["resolve"]>;
};

const CONNECT_MS = 5_000;
const CALL_MS = 30_000;
const ANSWER_BYTES_MAX = 64 * 1024;
const RETRY_AFTER_SECONDS_MAX = 3_600;
const IDLE_MS = 15_000;

/**
 * Posts JSON to addresses of the configuration (ingest.md): https, or http on this machine alone; no redirect is followed;
 * link-local and metadata addresses are refused when the connection is made, so whatever a name resolves to by then.
 */
export function httpPoster(settings: HttpPosterSettings = {}): HttpPoster {
  const { connectMs = CONNECT_MS, callMs = CALL_MS, ca, resolve } = settings;
  // No bound on sockets: whoever calls has one for each receiver, and those behind one host do not wait for each other.
  const shared = { keepAlive: true, timeout: IDLE_MS };
  const reachOf = (loopbackOnly: boolean): Reach => ({ loopbackOnly, ...(resolve === undefined ? {} : { resolve }) });
  const plain = new http.Agent({ ...shared, lookup: checkedLookup(reachOf(true)) });
  const secure = new https.Agent({
    ...{ ...shared, lookup: checkedLookup(reachOf(false)), minVersion: "TLSv1.2", rejectUnauthorized: true },
    ...(ca === undefined ? {} : { ca }),
  });
  const underWay = new Set<(outcome: Outcome) => void>();
  let isClosed = false;
  const once = (of: Post, url: URL): Promise<Outcome> =>
    new Promise((settle) => {
      const isSecure = url.protocol === "https:";
      const headers = {
        "content-type": "application/json",
        "user-agent": "ephor",
        ...of.headers,
        "content-length": Buffer.byteLength(of.body),
      };
      const agent = isSecure ? secure : plain;
      const request = (isSecure ? https : http).request(url, { method: "POST", agent, headers });
      const end = (outcome: Outcome): void => {
        clearTimeout(whole);
        clearTimeout(connecting);
        underWay.delete(end);
        settle(outcome);
        // What is left of an answer that nobody reads would hold the socket.
        if (!outcome.isWhole) request.destroy();
      };
      const whole = setTimeout(() => end(broken(`no whole answer within ${callMs / 1000} s`)), callMs);
      let connecting: NodeJS.Timeout | undefined;
      underWay.add(end);
      request.once("socket", (socket) => {
        if (request.reusedSocket) return;
        connecting = setTimeout(() => end(broken(`no connection within ${connectMs / 1000} s`)), connectMs);
        // Checked above and at the lookup; asked once more of what was really connected to.
        socket.once("connect", () => {
          if (!mayReach(socket.remoteAddress ?? "", reachOf(!isSecure))) end(REFUSED_ADDRESS);
        });
        socket.once(isSecure ? "secureConnect" : "connect", () => clearTimeout(connecting));
      });
      request.once("error", (error) => end(outcomeOf(error, request.reusedSocket)));
      request.once("response", (response) => read(response, end));
      request.end(of.body);
    });
  return {
    async post(of) {
      if (isClosed) return CLOSED.result;
      const url = safeUrl(of.url);
      if (url === undefined) return refused("the address is no https address, or one that nothing may be sent to");
      const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
      const reach = reachOf(url.protocol !== "https:");
      if (isIP(literal) !== 0 && !mayReach(literal, reach)) return REFUSED_ADDRESS.result;
      const outcome = await once(of, url);
      // The other side may close a connection at the very moment in which it is used again; nothing was read of it.
      const final = outcome.isStale === true && !isClosed ? await once(of, url) : outcome;
      return final.result;
    },
    close() {
      isClosed = true;
      for (const end of underWay) end(CLOSED);
      plain.destroy();
      secure.destroy();
    },
  };
}

type Outcome = {
  readonly result: Result<HttpAnswer, NotifyError>;
  readonly isWhole: boolean;
  readonly isStale?: boolean;
};

const broken = (why: string): Outcome => ({ result: failed(why), isWhole: false });
const CLOSED = broken("the call was ended, as Ephor stops");
const REFUSED_ADDRESS: Outcome = { result: refused(new AddressRefused().message), isWhole: false };

function outcomeOf(error: Error, isReused: boolean): Outcome {
  if (error instanceof AddressRefused) return REFUSED_ADDRESS;
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return { ...broken(`the call broke: ${code}`), isStale: isReused && code === "ECONNRESET" };
}

function read(response: http.IncomingMessage, end: (outcome: Outcome) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const answer = (isWhole: boolean): Outcome => ({
    result: ok({
      status: response.statusCode ?? 0,
      retryAfterSeconds: retryAfter(response.headers["retry-after"]),
      text: Buffer.concat(chunks).toString("utf8"),
    }),
    isWhole,
  });
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk.subarray(0, Math.max(0, chunk.length - Math.max(0, size - ANSWER_BYTES_MAX))));
    if (size > ANSWER_BYTES_MAX) end(answer(false));
  });
  response.once("end", () => end(answer(true)));
  response.once("error", () => end(broken("the answer broke off")));
}

/** Seconds only; a date in a header of a stranger is worth no clock. */
function retryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,6}$/.test(value) ? Math.min(Number(value), RETRY_AFTER_SECONDS_MAX) : undefined;
}
