import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Log } from "@ephor/app/ports";
import { adminTokenIn } from "@ephor/node/data-folder";
import { expect, onTestFinished, test } from "vitest";
import { startEphor } from "../support/ephor-process.ts";
import { stoppedLogging } from "../support/stopped-logging.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { aWorld } from "../workflows/world.ts";
import { aReceiver, type Received } from "./support/servers.ts";

const trails = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) =>
    stoppedLogging({
      requestParameters: { name: `arn:aws:cloudtrail:eu-west-1:111122223333:trail/${name}-${at}` },
    }),
  );
const responsePolicy = { rules: [{ match: { detection: "cloudtrail.*" }, mode: "notify" }] };

/** How often each message came. */
function timesOf(received: readonly Received[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { body } of received) {
    const { id } = JSON.parse(body);
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}

function troubles() {
  const lines: string[] = [];
  const note = (event: string, more?: object) => void lines.push(`${event} ${JSON.stringify(more)}`);
  const log: Log = { debug() {}, info() {}, warn: note, error: note };
  return { log, lines };
}

test("a node that stops begins no call, and one that was under way goes out once more at most after the next start", async () => {
  const [EARLIER, LATE, CALLS] = [20, 40, 16];
  let isAnswering = true;
  const { url, received } = await aReceiver((_, response) => void (isAnswering && response.end("ok")));
  const { log, lines } = troubles();
  const channels = { hook: { kind: "webhook", url, messagesPerMinute: 1000 } };
  const world = await aWorld({ channels, responsePolicy }, { log });
  const sent = async () => (await world.records()).filter(({ did }) => did === "sent").length;
  // The connections that these leave are used again.
  await world.receive(...trails("earlier", EARLIER));
  await until("the first messages", async () => (await sent()) === EARLIER);
  isAnswering = false;
  await world.receive(...trails("late", LATE));
  await until("as many calls as there may be", () => received.length === EARLIER + CALLS);
  await world.node().stop(1000);
  isAnswering = true;
  expect(received.length).toBe(EARLIER + CALLS);
  await world.restart();
  await until("every message", async () => (await sent()) === EARLIER + LATE);
  const times = [...timesOf(received).values()].sort();
  expect(times).toEqual([...Array(EARLIER + LATE - CALLS).fill(1), ...Array(CALLS).fill(2)]);
  // Neither the store's end nor the receiver's silence is anybody's failure.
  expect(lines).toEqual([]);
});

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
};

/** A mail server that greets and answers nothing. */
async function aSilentMailServer() {
  const open = new Set<() => void>();
  let asked = 0;
  const server = createServer((socket) => {
    open.add(() => socket.destroy());
    socket.on("error", () => undefined);
    socket.write("220 mail.example ESMTP\r\n");
    socket.once("data", () => void asked++);
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const close of open) close();
    server.close();
  });
  return { port, asked: () => asked };
}

const HANGS_MS = 25_000;

test("a process ends while its receivers have not answered yet", { timeout: 90_000 }, async () => {
  let hasAnswered = false;
  const hanging = await aReceiver((_, response) => {
    const late = setTimeout(() => {
      hasAnswered = true;
      response.end("ok");
    }, HANGS_MS);
    onTestFinished(() => clearTimeout(late));
  });
  const mail = await aSilentMailServer();
  const folder = tempFolder();
  onTestFinished(() => folder.remove());
  const secret = join(folder.path, "smtp");
  writeFileSync(secret, `smtp://127.0.0.1:${mail.port}`, { mode: 0o600 });
  const channels = {
    hook: { kind: "webhook", url: hanging.url },
    mail: { kind: "email", smtpUrl: `file:${secret}`, from: "ephor@example.org", to: ["ops@example.org"] },
  };
  const config = join(folder.path, "config.json");
  writeFileSync(config, JSON.stringify({ channels, responsePolicy }));
  const data = join(folder.path, "data");
  const node = await startEphor({ data, config });
  onTestFinished(() => void node.kill("SIGKILL"));
  const authorization = `Bearer ${readFileSync(adminTokenIn(data), "utf8").trim()}`;
  const accepted = await fetch(`${node.url}/v1/events`, {
    ...{ method: "POST", headers: { authorization, "content-type": "application/json" } },
    body: JSON.stringify(trails("one", 20)),
  });
  expect(accepted.status).toBe(202);
  await until("both to hang", () => hanging.received.length === 16 && mail.asked() > 0);
  expect(await node.stop()).toEqual({ code: 0, signal: null });
  expect(hasAnswered).toBe(false);
  expect(node.stderr()).toContain("node.stopped");
  expect(node.stderr()).not.toMatch(/ERROR|sweep\.failed|effect\.failed/);
});
