import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

export type AskedOfAws = {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};
/** Gives the answer in AWS's own bytes, or does with the connection what it likes. */
export type AnswerOfAws = (asked: AskedOfAws, answer: ServerResponse) => void;

/** A server of this machine in the place of AWS: `answers` are given one by one, the last again and again. */
export async function awsServer(...answers: readonly [AnswerOfAws, ...AnswerOfAws[]]) {
  const asked: AskedOfAws[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const one = { method, url, host: headers.host ?? "", headers, body: await text(request) };
    const answer = answers[asked.length] ?? answers.at(-1);
    asked.push(one);
    answer?.(one, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    endpoint: `http://localhost:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const says =
  (type: string) =>
  (status: number, body: string): AnswerOfAws =>
  (_, answer) => {
    answer.writeHead(status, { "content-type": type }).end(body);
  };
export const xml = says("text/xml");
export const json = says("application/x-amz-json-1.1");
/** The connection ends after the request has come, without a word. */
export const reset: AnswerOfAws = (_, answer) => answer.destroy();
/** The answer ends in the middle. */
export const cut: AnswerOfAws = (_, answer) => {
  answer.writeHead(200, { "content-type": "text/xml", "content-length": "1000" });
  answer.write("<half", () => answer.destroy());
};
/** Nothing ever comes. */
export const silent: AnswerOfAws = () => undefined;
