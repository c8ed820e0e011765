import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject } from "@ephor/domain/json";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import type { Envelope } from "@ephor/events/envelope";
import { Random } from "../fuzz/random.ts";
import { malformedEvent, matchingEvent, ordinaryEvent, recordOf } from "../support/cloudtrail-events.ts";
import type { Journal, Sent } from "./journal.ts";

export type Load = {
  /** Requests that a connected node has been sent and has not answered. */
  readonly inAir: () => number;
  /** Resolves when the first request has been answered. */
  readonly firstAnswer: Promise<void>;
  /** Resolves when the next request goes out. */
  readonly nextRequest: () => Promise<void>;
  /** No further requests from now on. */
  readonly pause: () => void;
  /** Ends it; resolves when every request was answered or has failed. */
  readonly stop: () => Promise<void>;
};
type Target = { readonly port: number; readonly token: string };

const CLIENTS = 6;
const BATCH_MAX = 24;
const KNOWN_MAX = 2_000;
/** A client whose node is away looks again after this time. */
const AWAY_MS = 5;
const NDJSON = "application/x-ndjson";

/** Earlier events to deliver again, kept over all lives of the node. */
const known: Envelope[] = [];

/** Several clients at once, each with its own sequence of batches drawn from `seed`. */
export function startLoad(journal: Journal, { target, seed }: { target: Target; seed: number }): Load {
  const agent = new Agent({ keepAlive: true });
  const waiting: (() => void)[] = [];
  const answered = Promise.withResolvers<void>();
  let inAir = 0;
  let isPaused = false;

  function onAir(change: 1 | -1): void {
    inAir += change;
    if (change === 1) for (const tell of waiting.splice(0)) tell();
  }

  async function client(random: Random): Promise<void> {
    while (!isPaused) {
      const call = random.chance(0.1) ? resolveOne(journal, random) : sendBatch(journal, random);
      try {
        await post({ agent, target, call, onAir });
        answered.resolve();
      } catch {
        // The node was killed with this in the air, or is not there: nobody knows what became of it.
        await pause(AWAY_MS);
      }
    }
  }

  const clients = Array.from({ length: CLIENTS }, (_, at) => client(new Random(seed * CLIENTS + at)));
  return {
    inAir: () => inAir,
    firstAnswer: answered.promise,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    pause: () => {
      isPaused = true;
    },
    stop: async () => {
      isPaused = true;
      await Promise.all(clients);
      agent.destroy();
    },
  };
}

/** `told`: the body once it has come whole, undefined where it never does. */
type Answer = { readonly status: number; readonly told: Promise<unknown> };
type Call = {
  readonly path: string;
  readonly type: string;
  readonly text: string;
  /** Called when it goes out to a node that is there. */
  readonly left: () => void;
  /** Told the status at once, before the body has come: a 202 acknowledges by itself. */
  readonly heard: (answer: Answer) => void;
};

function sendBatch(journal: Journal, random: Random): Call {
  const values = random.list({ least: 1, most: BATCH_MAX }, () => anEvent(random));
  const read = values.map((value) => journal.read(value));
  const valid = read.filter((sent) => sent !== undefined);
  const isLines = random.chance(0.5);
  const text = isLines ? values.map((value) => JSON.stringify(value)).join("\n") : JSON.stringify(values);
  return { path: "/v1/events", type: isLines ? NDJSON : "application/json", text, left, heard };

  function left(): void {
    for (const sent of valid) journal.sent.set(sent.inboxId, sent);
    journal.counts.requests += 1;
  }

  function heard({ status, told }: Answer): void {
    if (status === 503) return;
    if (status !== 202) journal.wrongAnswers.push(`POST /v1/events answered ${status}`);
    if (status !== 202) return;
    for (const { inboxId } of valid) journal.acknowledged.add(inboxId);
    void told.then((body) => body === undefined || compareAnswer(journal, { told: body, read }));
  }
}

function compareAnswer(journal: Journal, { told, read }: { told: unknown; read: readonly (Sent | undefined)[] }): void {
  const refused = read.flatMap((sent, index) => (sent === undefined ? [index] : []));
  const { accepted, rejected } = isJsonObject(told) ? told : {};
  const indexes = Array.isArray(rejected) ? rejected.map((one) => (isJsonObject(one) ? one["index"] : one)) : rejected;
  const isRight = accepted === read.length - refused.length && JSON.stringify(indexes) === JSON.stringify(refused);
  if (!isRight) journal.wrongAnswers.push(`expected ${refused} to be refused, the answer was ${JSON.stringify(told)}`);
}

/** New events, ordinary and matching; earlier ones again, as they were or as archives hold them; and what is none. */
function anEvent(random: Random): unknown {
  const draw = random.next();
  if (draw < 0.08) return malformedEvent(random);
  if (draw < 0.25 && known.length > 0) {
    const again = random.pick(known);
    return random.chance(0.5) ? again : recordOf(again);
  }
  const event = draw < 0.45 ? ordinaryEvent(random) : matchingEvent(random);
  if (known.length < KNOWN_MAX) known.push(event);
  else known[random.below(KNOWN_MAX)] = event;
  return event;
}

/** A person's decision about a finding: the next event of it reopens it, for another answer. */
function resolveOne(journal: Journal, random: Random): Call {
  const event = journal.read(matchingEvent(random));
  const id = event?.tenant === DEFAULT_TENANT ? event.sightings[0]?.findingId : undefined;
  if (id === undefined) return sendBatch(journal, random);
  const count = journal.resolving.get(id) ?? { asked: 0, acknowledged: 0 };
  const text = JSON.stringify({ to: "resolved", reason: "looked at" });
  return { path: `/v1/findings/${id}/transitions`, type: "application/json", text, left, heard };

  function left(): void {
    journal.resolving.set(id ?? "", count);
    count.asked += 1;
    journal.counts.requests += 1;
  }

  function heard({ status }: Answer): void {
    if (status === 200) count.acknowledged += 1;
    else if (![404, 409, 503].includes(status)) journal.wrongAnswers.push(`a transition was answered ${status}`);
  }
}

type Post = { agent: Agent; target: Target; call: Call; onAir: (change: 1 | -1) => void };

/** Resolves when the whole answer has come, rejects where the connection breaks before. */
function post({ agent, target, call, onAir }: Post): Promise<void> {
  const { path, type, text } = call;
  const headers = { authorization: `Bearer ${target.token}`, "content-type": type };
  return new Promise((resolve, reject) => {
    let isInAir = false;
    const leave = () => {
      isInAir = true;
      call.left();
      onAir(1);
    };
    const land = () => {
      if (isInAir) onAir(-1);
      isInAir = false;
    };
    const sending = request({ agent, host: "127.0.0.1", port: target.port, path, method: "POST", headers });
    sending.once("socket", (socket) => (socket.connecting ? socket.once("connect", leave) : leave()));
    sending.once("close", land);
    sending.once("error", reject);
    sending.once("response", (response) => {
      const whole = json(response);
      const told = whole.catch(() => undefined);
      call.heard({ status: response.statusCode ?? 0, told });
      whole.then(land).then(resolve, reject);
    });
    sending.end(text);
  });
}
