import { createServer, type RequestListener, type Server } from "node:http";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";

const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 };

export type Listening = {
  /** Where it answers, with the port that was free where 0 was asked for. */
  readonly url: string;
  /** Every request goes to `listener`. Called before anything else is awaited, no request comes too early. */
  answer(listener: RequestListener): void;
  /** Takes no new connection and resolves when the last answer is out, or cuts it off after `withinMs`. */
  close(withinMs: number): Promise<void>;
};

/** Listens, or says in one sentence why not. What answers is told afterwards, since it has to know the address. */
export function listen({
  host,
  port,
}: {
  host: string;
  port: number;
}): Promise<Result<Listening, EphorError<"node.port-taken">>> {
  const server = createServer(LIMITS);
  server.on("request", (_asked, answer) => {
    // A client that keeps its connection busy would go on being served for as long as it likes.
    if (!server.listening) answer.setHeader("connection", "close");
    answer.once("close", () => !server.listening && setImmediate(() => server.closeIdleConnections()));
  });
  return new Promise((resolve) => {
    server.once("error", (cause: NodeJS.ErrnoException) => resolve(err(listenError(cause, { host, port }))));
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      const url = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
      const answer = (listener: RequestListener) => void server.on("request", listener);
      resolve(ok({ url, answer, close: (withinMs) => close(server, withinMs) }));
    });
  });
}

function listenError(
  cause: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): EphorError<"node.port-taken"> {
  const reason =
    cause.code === "EADDRINUSE"
      ? "is taken by another program"
      : `cannot be listened on (${cause.code ?? cause.message})`;
  return ephorError("node.port-taken", `port ${port} of ${host} ${reason}; choose another by --port or EPHOR_PORT`, {
    cause,
  });
}

function close(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
