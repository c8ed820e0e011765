import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** One call of DynamoDB, as the functions sent it. */
export type Call = { readonly operation: string; readonly body: string };
/** What a faulty DynamoDB answers instead of doing it. */
export type Fault = { readonly status: number; readonly body: object };

export type FaultProxy = {
  readonly endpoint: string;
  forwardTo(endpoint: string): void;
  /** From now on asked before each call; undefined lets it through. */
  inject(fault: ((call: Call) => Fault | undefined) | undefined): void;
  /** Calls let through and faults answered, by operation, since the start. */
  readonly counts: { readonly passed: Map<string, number>; readonly faulted: Map<string, number> };
  stop(): Promise<void>;
};

/** Stands between functions and DynamoDB: counts every call, and answers some with what an overloaded table answers. */
export async function startFaultProxy(): Promise<FaultProxy> {
  let upstream = new URL("http://127.0.0.1:9");
  let faultOf: ((call: Call) => Fault | undefined) | undefined;
  const counts = { passed: new Map<string, number>(), faulted: new Map<string, number>() };
  const count = (map: Map<string, number>, operation: string) => map.set(operation, (map.get(operation) ?? 0) + 1);

  async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const operation = String(asked.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    const fault = faultOf?.({ operation, body: body.toString("utf8") });
    if (fault !== undefined) {
      count(counts.faulted, operation);
      answer.writeHead(fault.status, { "content-type": "application/x-amz-json-1.0" });
      answer.end(JSON.stringify(fault.body));
      return;
    }
    count(counts.passed, operation);
    forward({ asked, body, answer });
  }

  function forward({ asked, body, answer }: { asked: IncomingMessage; body: Buffer; answer: ServerResponse }): void {
    const { hostname, port } = upstream;
    const { method = "POST", url: path = "/", headers } = asked;
    const sent = request({ hostname, port, method, path, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    sent.on("error", () => answer.writeHead(502).end());
    sent.end(body);
  }

  const server = createServer((asked, answer) => {
    serve(asked, answer).catch(() => answer.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    forwardTo: (endpoint) => {
      upstream = new URL(endpoint);
    },
    inject: (fault) => {
      faultOf = fault;
    },
    counts,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const PREFIX = "com.amazonaws.dynamodb.v20120810#";

/** The table has no capacity left (DynamoDB Developer Guide, "Error handling with DynamoDB"). */
export const THROTTLED: Fault = {
  status: 400,
  body: {
    __type: `${PREFIX}ProvisionedThroughputExceededException`,
    message: "The level of configured provisioned throughput for the table was exceeded.",
  },
};

/** A transaction of `count` writes, the first of which found no capacity. */
export const throttledTransaction = (count: number): Fault => ({
  status: 400,
  body: {
    __type: `${PREFIX}TransactionCanceledException`,
    Message: "Transaction cancelled, please refer cancellation reasons for specific reasons [ThrottlingError]",
    CancellationReasons: Array.from({ length: count }, (_, index) =>
      index === 0
        ? { Code: "ThrottlingError", Message: "Throughput exceeds the current capacity of your table or index." }
        : { Code: "None" },
    ),
  },
});
