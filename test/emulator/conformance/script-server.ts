import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Json } from "@ephor/domain/json";

/** What a task of the conformance suite is told to do. */
export type Told = { readonly output: Json } | { readonly error: string; readonly cause: string };
export type ScriptServer = {
  readonly url: string;
  /** Answers every call from now on. */
  answerWith(answer: (call: { task: string; payload: Json }) => Told): void;
  stop(): Promise<void>;
};

/** Where the functions of the emulator ask what they are to answer. */
export async function startScriptServer(): Promise<ScriptServer> {
  let answer: (call: { task: string; payload: Json }) => Told = () => ({ error: "test", cause: "no case runs" });
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(answer(JSON.parse(await textOf(request)))));
    } catch (error) {
      // The function fails with it, and the case with the function.
      response.end(JSON.stringify({ error: "test.broken", cause: String(error) }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    answerWith: (next) => {
      answer = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
