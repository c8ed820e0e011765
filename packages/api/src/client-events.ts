import { ephorError } from "@ephor/domain/error";
import { isJsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { HttpClient } from "./client-http.ts";
import type { Accepted } from "./use-cases.ts";

/** Large enough to commit many events at once, small enough that what must be sent again is little. */
const CHUNK_BYTES = 1024 * 1024;
const CHUNK_ITEMS = 5000;
/** The node's own limit for a body. */
const ITEM_BYTES_MAX = 5 * 1024 * 1024 - 1;
const ATTEMPTS_MAX = 30;
const WAIT_SECONDS_MAX = 30;

type Deps = HttpClient & { readonly sleep: (seconds: number) => Promise<void> };
type Chunk = { lines: string[]; bytes: number; firstIndex: number };
type Rejection = Accepted["rejected"][number];

/**
 * Sends items as NDJSON, chunk after chunk: the next is read only when the one before is stored. 429 and 503 are
 * waited for as the node says. Indexes count all items from 0. Sending again what was accepted changes nothing.
 */
export async function sendEvents(
  d: Deps,
  items: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<Result<Accepted>> {
  const rejected: Rejection[] = [];
  let accepted = 0;
  for await (const chunk of chunksOf(items, rejected)) {
    const answer = await sendChunk(d, chunk);
    if (!answer.ok) {
      const { code, message, ...more } = answer.error;
      return err(ephorError(code, `${message} (${accepted} events were accepted before)`, more));
    }
    accepted += answer.value.accepted;
    for (const { index, reason } of answer.value.rejected) rejected.push({ index: chunk.firstIndex + index, reason });
  }
  return ok({ accepted, rejected: rejected.sort((a, b) => a.index - b.index) });
}

async function* chunksOf(items: Iterable<unknown> | AsyncIterable<unknown>, rejected: Rejection[]) {
  let index = 0;
  let chunk: Chunk = { lines: [], bytes: 0, firstIndex: 0 };
  for await (const item of items) {
    const line = JSON.stringify(item) ?? "null";
    const bytes = Buffer.byteLength(line) + 1;
    const isTooLarge = bytes > ITEM_BYTES_MAX;
    const isFull = chunk.bytes + bytes > CHUNK_BYTES || chunk.lines.length === CHUNK_ITEMS || isTooLarge;
    if (isFull && chunk.lines.length > 0) yield chunk;
    if (isFull) chunk = { lines: [], bytes: 0, firstIndex: isTooLarge ? index + 1 : index };
    if (isTooLarge) rejected.push({ index, reason: `expected at most ${ITEM_BYTES_MAX} bytes, got ${bytes}` });
    else {
      chunk.lines.push(line);
      chunk.bytes += bytes;
    }
    index++;
  }
  if (chunk.lines.length > 0) yield chunk;
}

async function sendChunk({ call, read, sleep }: Deps, { lines }: Chunk): Promise<Result<Accepted>> {
  const body = { ndjson: lines.join("\n") };
  for (let attempt = 1; ; attempt++) {
    const expects = attempt === ATTEMPTS_MAX ? [] : [429, 503];
    const answer = await call({ method: "POST", path: "/v1/events", body, expects });
    if (!answer.ok) return answer;
    if (answer.value.ok) return read(answer.value, isAccepted);
    await answer.value.body?.cancel();
    await sleep(waitSeconds(answer.value));
  }
}

function waitSeconds(answer: Response): number {
  const told = Number(answer.headers.get("retry-after") ?? "1");
  return Number.isFinite(told) ? Math.min(Math.max(told, 1), WAIT_SECONDS_MAX) : 1;
}

const isAccepted = (value: unknown): value is Accepted =>
  isJsonObject(value) && typeof value["accepted"] === "number" && Array.isArray(value["rejected"]);
