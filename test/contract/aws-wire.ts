import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";

/** One request as it came over the wire. `operation` is X-Amz-Target without its service, for the JSON protocols. */
export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly operation: string;
};
export type WireAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string | Uint8Array;
};
export type Wire = {
  readonly endpoint: string;
  readonly requests: WireRequest[];
  /** Answers of the next requests, in order; the last one stays. */
  readonly answers: ((request: WireRequest) => WireAnswer)[];
  close(): Promise<void>;
};

/** The fields of a request by one of the JSON protocols. */
export function jsonOf({ body }: WireRequest): JsonObject {
  const value: unknown = JSON.parse(body.toString() || "{}");
  if (!isJsonObject(value)) throw new Error("a request is no object");
  return value;
}

/** An error as the JSON protocols of AWS tell it. */
export const refusal = (name: string, status = 400): WireAnswer => ({
  status,
  headers: { "x-amzn-errortype": name },
  body: { __type: name, message: "as the test wants it" },
});

/** A server on loopback that writes down what it is sent and answers as AWS documents. */
export async function startWire(): Promise<Wire> {
  const requests: WireRequest[] = [];
  const answers: Wire["answers"] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = "", url: path = "", headers } = incoming;
    const operation = String(headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    const request = { method, path, headers, body: Buffer.concat(chunks), operation };
    requests.push(request);
    const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers;
    const { status = 200, headers: more = {}, body = "" } = answer?.(request) ?? {};
    const bytes = body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body);
    outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.1", ...more });
    outgoing.end(bytes);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests,
    answers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** What a client of AWS is given in tests. */
export const givenFor = (wire: Pick<Wire, "endpoint">) => ({
  endpoint: wire.endpoint,
  region: "eu-central-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
