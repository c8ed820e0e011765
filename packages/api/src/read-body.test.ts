import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readBody } from "./read-body.ts";

const MAX = 20;
/** With `length` it is declared; else it is chunked. */
const request = (body: Uint8Array | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) =>
  new Request("http://localhost/", { method: "POST", body, headers, duplex: "half" });
const text = (of: string) => new TextEncoder().encode(of);
const chunks = (...parts: readonly string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(text(part));
      controller.close();
    },
  });
const broken = () =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(text("{"));
      controller.error(new Error("aborted"));
    },
  });

test.each([
  ["declared", request(text("{}"), { "content-length": "2" }), "{}"],
  ["chunked", request(chunks("{", "}")), "{}"],
  ["packed", request(gzipSync("{}"), { "content-encoding": "gzip" }), "{}"],
])("a body is read: %s", async (_, asked, expected) => {
  expect(await readBody(asked, 100)).toEqual({ ok: true, value: expected });
});

test.each([
  ["declared as too large", request(text("{}"), { "content-length": "21" }), "input.too-large"],
  ["larger than declared", request(text("x".repeat(21)), { "content-length": "2" }), "input.too-large"],
  ["too large in chunks", request(chunks("x".repeat(15), "x".repeat(15))), "input.too-large"],
  ["broken off", request(broken()), "input.invalid"],
  ["broken off, its length declared", request(broken(), { "content-length": "10" }), "input.invalid"],
  ["no text", request(Uint8Array.of(0xff)), "input.invalid"],
  ["not packed as it says", request(text("{}"), { "content-encoding": "gzip" }), "input.invalid"],
  ["packed in a way that is not known", request(text("{}"), { "content-encoding": "br" }), "input.unsupported-type"],
])("a body is refused and ends nothing: %s", async (_, asked, code) => {
  expect(await readBody(asked, MAX)).toMatchObject({ ok: false, error: { code } });
});
