import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export type Received = { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: string };
type Answer = (request: Received, response: ServerResponse) => void;

/** A real HTTP server on this machine that keeps what it is sent. */
export async function aReceiver(answer: Answer = (_, response) => void response.end("ok")) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
    received.push(one);
    answer(one, response);
  });
  const url = await listening(server);
  return { url, received };
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
