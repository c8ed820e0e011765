import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../fuzz/random.ts";
import { type AskedCall, askedCall, faultAnswer } from "./asked-call.ts";

/** One call that a node made, in the order in which it came. */
export type SeenCall = AskedCall & {
  /** Milliseconds since the run began, as are all times here. */
  readonly at: number;
  readonly life: number;
  /** When AWS said that it is done; undefined where it never came to AWS, or AWS refused it. */
  doneAt: number | undefined;
};

export type AwsProxy = {
  readonly endpoint: string;
  readonly calls: readonly SeenCall[];
  readonly counts: { cut: number; failed: number; delayed: number };
  /** Whether faults happen; none at first. */
  faulty(on: boolean): void;
  /** A further life of the node begins. */
  nextLife(): void;
  stop(): Promise<void>;
};

/** Of a hundred changes: not done and a fault of the service, done and the answer cut, done late. */
const FAILED_RATE = 0.1;
const CUT_RATE = 0.2;
const DELAYED_RATE = 0.3;
const DELAY_MS_MAX = 400;
/** Of these, for what only looks. */
const READ_SHARE = 0.1;

/** Stands between a node and its account: writes down every call, and does to some what networks and services do. */
export async function startAwsProxy({ upstream, random }: { upstream: string; random: Random }): Promise<AwsProxy> {
  const calls: SeenCall[] = [];
  const counts = { cut: 0, failed: 0, delayed: 0 };
  let isFaulty = false;
  let life = 0;

  async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const lifeAtArrival = life;
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call: SeenCall = {
      ...askedCall(asked, body.toString("utf8")),
      ...{ at: performance.now(), life: lifeAtArrival, doneAt: undefined },
    };
    calls.push(call);
    // Reads are many and are made again at once: faults are for changes, most of all.
    const rate = call.isChange ? 1 : READ_SHARE;
    const [fails, cuts, delays] = [random.next() / rate, random.next() / rate, random.next() / rate];
    const draw = { fails, cuts, delays, ms: random.below(DELAY_MS_MAX) };
    if (isFaulty && draw.fails < FAILED_RATE) {
      counts.failed += 1;
      const { type, body: said } = faultAnswer(asked);
      answer.writeHead(500, { "content-type": type }).end(said);
      return;
    }
    const got = await forwarded({ asked, body, upstream });
    if (got.status === 200) call.doneAt = performance.now();
    if (isFaulty && draw.delays < DELAYED_RATE) {
      counts.delayed += 1;
      await pause(draw.ms);
    }
    if (isFaulty && draw.cuts < CUT_RATE) {
      counts.cut += 1;
      answer.destroy();
      return;
    }
    answer.writeHead(got.status, got.headers).end(got.body);
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
    ...{ calls, counts },
    faulty: (on) => {
      isFaulty = on;
    },
    nextLife: () => {
      life += 1;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Forwarding = { readonly asked: IncomingMessage; readonly body: Buffer; readonly upstream: string };

/** The call goes on also where whoever made it is gone by now: AWS does not hear of that. */
async function forwarded({ asked, body, upstream }: Forwarding) {
  const { hostname, port } = new URL(upstream);
  const { method = "POST", url: path = "/", headers } = asked;
  const sent = request({ hostname, port, method, path, headers });
  sent.end(body);
  const [got]: IncomingMessage[] = await once(sent, "response");
  const chunks: Buffer[] = [];
  if (got !== undefined) for await (const chunk of got) chunks.push(chunk);
  return { status: got?.statusCode ?? 502, headers: got?.headers ?? {}, body: Buffer.concat(chunks) };
}
