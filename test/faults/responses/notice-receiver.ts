import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { JsonObject } from "@ephor/domain/json";
import { type WebhookBody, webhookBodySchema } from "@ephor/notify/webhook/webhook-body";
import type { Random } from "../../fuzz/random.ts";

/** One delivery that came in whole. */
export type Receipt = {
  readonly id: string;
  readonly kind: WebhookBody["kind"];
  /** What it tells of: the same notice has the same. */
  readonly about: string;
  readonly wasAnswered: boolean;
};

export type NoticeReceiver = {
  readonly url: string;
  readonly receipts: readonly Receipt[];
  /** What came in that must not, in words. */
  readonly wrong: readonly string[];
  readonly counts: { hungUp: number; cut: number };
  /** Findings whose response was told to have ended, and approvals that people were asked for. */
  readonly endedFindings: ReadonlySet<string>;
  readonly askedApprovals: ReadonlySet<string>;
  faulty(on: boolean): void;
  stop(): Promise<void>;
};

/** Of a hundred deliveries: the line is cut before it came in, or after it came in and before an answer. */
const CUT_RATE = 0.05;
const HANG_UP_RATE = 0.15;

/** Takes the notices of a signed webhook, and sometimes hangs up on the node. */
export async function startNoticeReceiver(of: { key: string; random: Random }): Promise<NoticeReceiver> {
  const receipts: Receipt[] = [];
  const wrong: string[] = [];
  const [endedFindings, askedApprovals] = [new Set<string>(), new Set<string>()];
  const counts = { hungUp: 0, cut: 0 };
  let isFaulty = false;

  function keep(asked: IncomingMessage, { text, wasAnswered }: { text: string; wasAnswered: boolean }): void {
    const body = webhookBodySchema.parse(JSON.parse(text));
    if (!isGenuine(asked, { text, key: of.key })) wrong.push(`${body.id} is not signed as it should be`);
    if (asked.headers["x-ephor-delivery"] !== body.id) wrong.push(`${body.id} came under another id in its header`);
    receipts.push({ id: body.id, kind: body.kind, about: aboutOf(body), wasAnswered });
    if (body.kind === "response") endedFindings.add(body.group);
    if (body.kind === "approval") askedApprovals.add(body.group);
  }

  async function serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [cuts, hangsUp] = [of.random.chance(CUT_RATE), of.random.chance(HANG_UP_RATE)];
    if (isFaulty && cuts) {
      counts.cut += 1;
      answer.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    const wasAnswered = !(isFaulty && hangsUp);
    keep(asked, { text: Buffer.concat(chunks).toString("utf8"), wasAnswered });
    if (wasAnswered) {
      answer.writeHead(204).end();
      return;
    }
    counts.hungUp += 1;
    answer.destroy();
  }

  const server = createServer((asked, answer) => {
    serve(asked, answer).catch((error) => {
      // A node that is killed while it sends leaves half a delivery behind, which is none.
      if (!asked.complete) return answer.destroy();
      wrong.push(`a delivery cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return answer.writeHead(400).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    ...{ url: `http://127.0.0.1:${address.port}/notices`, receipts, wrong, counts, endedFindings, askedApprovals },
    faulty: (on) => {
      isFaulty = on;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** As a receiver verifies it, by the documentation alone. */
function isGenuine({ headers }: IncomingMessage, { text, key }: { text: string; key: string }): boolean {
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-ephor-signature"])) ?? [];
  return signature === createHmac("sha256", key).update(`${seconds}.${text}`).digest("hex");
}

function aboutOf({ kind, group, data }: WebhookBody): string {
  const response = data["response"] as JsonObject | undefined;
  return `${kind} ${group}${kind === "response" ? ` ${String(response?.["generation"])}` : ""}`;
}
