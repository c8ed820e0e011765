import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";

/** A webhook's receiver on a thread of its own: tells its port, then each message with the time at which it came, some at once. */
export type Received = { readonly at: number; readonly body: string };

const TELL_MS = 5;
const told: Received[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () => {
    const at = performance.timeOrigin + performance.now();
    response.end();
    told.push({ at, body: Buffer.concat(chunks).toString("utf8") });
  });
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
setInterval(() => {
  if (told.length > 0) parentPort?.postMessage(told.splice(0));
}, TELL_MS);
