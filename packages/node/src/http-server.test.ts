import { Agent, type RequestListener, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "./http-server.ts";

const HOST = "127.0.0.1";
/** Longer than any test may take. */
const LONG_MS = 600_000;

async function listening(listener: RequestListener) {
  const at = await listen({ host: HOST, port: 0 });
  if (!at.ok) throw new Error(at.error.message);
  at.value.answer(listener);
  return at.value;
}

function get(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode ?? 0));
    });
    asking.once("error", reject);
    asking.end();
  });
}

test("a client that always has another request does not keep a server from closing", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  let served = 0;
  const fifth = Promise.withResolvers<void>();
  const { url, close } = await listening((_asked, answer) => {
    served += 1;
    if (served === 5) fifth.resolve();
    setImmediate(() => answer.end("here"));
  });
  const asking = (async () => {
    for (;;) await get(url, agent);
  })();
  await fifth.promise;
  await Promise.all([close(LONG_MS), expect(asking).rejects.toThrow()]);
  expect(served).toBe(5);
});

test("what was asked before is answered while the server closes", async () => {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const asked = Promise.withResolvers<() => void>();
  const { url, close } = await listening((_asked, answer) => asked.resolve(() => answer.end("late")));
  const status = get(url, agent);
  const answer = await asked.promise;
  const closed = close(LONG_MS);
  answer();
  expect(await status).toBe(200);
  await closed;
});

test("an answer that never comes is cut off", async () => {
  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  const asked = Promise.withResolvers<void>();
  const { url, close } = await listening(() => asked.resolve());
  const status = get(url, agent);
  await asked.promise;
  await Promise.all([close(1), expect(status).rejects.toThrow()]);
});

test("a port that is taken is named", async () => {
  const first = await listening(() => undefined);
  const port = Number(new URL(first.url).port);
  const second = await listen({ host: HOST, port });
  expect(second.ok ? second.value.url : second.error).toMatchObject({
    code: "node.port-taken",
    message: `port ${port} of ${HOST} is taken by another program; choose another by --port or EPHOR_PORT`,
  });
  await first.close(LONG_MS);
});
