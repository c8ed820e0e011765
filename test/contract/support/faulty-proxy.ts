import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** What to do with a call: answer in the server's place, let it through, or let it through and lose the answer. */
export type Fault =
  | { readonly kind: "answer"; readonly status: number; readonly body: object }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "pass" };

export type FaultyProxy = {
  readonly endpoint: string;
  /** The operations called so far, e.g. `TransactWriteItems`. */
  readonly calls: string[];
  /** Faults of the next calls, in order; after them calls pass. */
  readonly faults: Fault[];
  close(): Promise<void>;
};

export const exception = (name: string, more: object = {}): Fault => ({
  kind: "answer",
  status: name === "InternalServerError" ? 500 : 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "as the test wants it", ...more },
});

/** A DynamoDB endpoint that fails as it is told and otherwise is the one behind it. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const calls: string[] = [];
  const faults: Fault[] = [];
  const server = createServer((incoming, outgoing) => {
    calls.push(String(incoming.headers["x-amz-target"]).split(".")[1] ?? "");
    const fault = faults.shift() ?? { kind: "pass" };
    if (fault.kind === "answer") {
      incoming.resume();
      incoming.on("end", () => {
        outgoing.writeHead(fault.status, { "content-type": "application/x-amz-json-1.0" });
        outgoing.end(JSON.stringify(fault.body));
      });
      return;
    }
    forward(incoming, { outgoing, target, isLost: fault.kind === "lose-answer" });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    faults,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Forwarded = { readonly outgoing: ServerResponse; readonly target: string; readonly isLost: boolean };

function forward(incoming: IncomingMessage, { outgoing, target, isLost }: Forwarded): void {
  const { method, headers } = incoming;
  const onward = request(target, { method: method ?? "POST", headers }, (answer) => {
    if (isLost) {
      answer.resume();
      answer.on("end", () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(onward);
}
