import { type Readable, Transform } from "node:stream";
import { STSClient } from "@aws-sdk/client-sts";
import { CLIENT_LIMITS } from "../dynamodb/call-dynamodb.ts";

type Inner = STSClient["config"]["requestHandler"];
type Asked = { hostname: string };
type Options = { readonly abortSignal?: AbortSignal };
type Handler = {
  readonly metadata: { readonly handlerProtocol: string };
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
  handle(request: Asked, options?: Options): ReturnType<Inner["handle"]>;
};

/** Of an answer of AWS, in bytes as they come. */
export const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** An answer over the limit; what was asked for may have been done. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
  constructor() {
    super(`the answer has more than ${ANSWER_BYTES_MAX} bytes`);
  }
}

export type Connections = {
  /** For every client, so that all share one pool. */
  readonly handler: Handler;
  /** Whether the call with this signal of its own has come as far as a connection: before that, AWS knows nothing of it. */
  readonly hasLeft: (signal: AbortSignal) => boolean;
};

/**
 * Connect 5 s, answer 30 s (architecture rule 10), and no answer is read beyond its limit. Names below `localhost` lead to
 * this machine (RFC 6761, 6.3), which not every resolver knows: the SDK puts the account before the host for S3 Control,
 * also where an endpoint of one's own is set.
 */
export function connections(): Connections {
  const { requestHandler: inner } = new STSClient({ region: "us-east-1", ...CLIENT_LIMITS }).config;
  const left = new WeakSet<object>();
  const handler: Handler = {
    metadata: { handlerProtocol: "http/1.1" },
    destroy: () => inner.destroy?.(),
    // Clients would set their own bounds on what all share.
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    async handle(request, options) {
      if (options?.abortSignal !== undefined) left.add(options.abortSignal);
      // The host that was asked for stands in the headers, signed.
      if (request.hostname.endsWith(".localhost")) request.hostname = "localhost";
      const { response } = await inner.handle(request, options);
      response.body = limited(response.body);
      return { response };
    },
  };
  return { handler, hasLeft: (signal) => left.has(signal) };
}

function limited(body: Readable): Readable {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes <= ANSWER_BYTES_MAX) return done(null, chunk);
      body.destroy();
      return done(new AnswerTooLarge());
    },
  });
  // `pipe` hands on neither an error nor a connection that ends in the middle of an answer.
  body.once("error", (cause) => counted.destroy(cause));
  body.once("close", () => {
    if (!body.readableEnded) counted.destroy(new Error("the answer was cut off"));
  });
  return body.pipe(counted);
}
