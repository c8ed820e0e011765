import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { delayMs } from "@ephor/app/backoff";
import type { Random, Store, Write } from "@ephor/app/ports";
import { dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { EphorException } from "@ephor/domain/error";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clientFor, createTable, type DynamodbServer, startDynoxide } from "./support/dynamodb-server.ts";
import { exception, type FaultyProxy, startFaultyProxy } from "./support/faulty-proxy.ts";
import { testClock } from "./support/store-subjects.ts";

/** The retries of the store preset, as DynamoDB sees them. */
const RETRIES = 8;

let server: DynamodbServer | undefined;
let proxy: FaultyProxy;
let client: DynamoDBClient;
let store: Store;
let waits: number[] = [];
let sk = 0;
/** Bytes drawn so far: never the same twice, since tokens of transactions are made of them. */
let drawn = 0;
const randomFrom = (start: number): Random => {
  let at = start;
  return {
    bytes(count) {
      const bytes = Buffer.alloc(count);
      for (let i = 0; i < count; i++) bytes[i] = ((at + i) * 37 + ((at + i) >> 8)) % 256;
      at += count;
      drawn = Math.max(drawn, at);
      return bytes;
    },
  };
};
const keyOf = () => ({ tenant, pk: "p", sk: `s${sk++}` });
const putOf = (key: ReturnType<typeof keyOf>): Write => ({
  kind: "put",
  item: { ...key, v: 1, data: { n: 1 } },
  when: { kind: "absent" },
});
const codeOf = (done: Promise<unknown>) =>
  done.then(
    () => "answered",
    (error) => (error instanceof EphorException ? error.error.code : String(error)),
  );

beforeAll(async () => {
  server = await startDynoxide();
  if (server === undefined) return console.warn("skipped: there is no dynoxide binary for this platform");
  proxy = await startFaultyProxy(server.endpoint);
  client = clientFor(proxy.endpoint);
  await createTable(client, "ephor");
});
afterAll(async () => {
  if (server === undefined) return;
  client.destroy();
  await proxy.close();
  await server.stop();
});
beforeEach((context) => {
  if (server === undefined) return context.skip();
  waits = [];
  proxy.calls.length = 0;
  proxy.faults.length = 0;
  const random = randomFrom(drawn);
  const wait = async (ms: number) => void waits.push(ms);
  store = dynamodbStore({ client, table: "ephor", clock: testClock(), random, wait });
});

test("throttled calls are made again after waits with full jitter, drawn from the random port", async () => {
  const start = drawn;
  for (const name of ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"]) {
    proxy.faults.push(exception(name));
  }
  expect(await store.get(keyOf())).toBeUndefined();
  expect(proxy.calls).toEqual(Array(4).fill("GetItem"));
  const random = randomFrom(start);
  const backoff = { retries: RETRIES, firstMs: 50, factor: 2, maxMs: 2_000 };
  expect(waits).toEqual([1, 2, 3].map((attempts) => delayMs(backoff, { attempts, random })));
});

test("retries are bounded and end in store.throttled or store.unavailable", async () => {
  proxy.faults.push(...Array(RETRIES + 1).fill(exception("ThrottlingException")));
  expect(await codeOf(store.query({ tenant, pk: "p", limit: 1 }))).toBe("store.throttled");
  expect(proxy.calls.length).toBe(RETRIES + 1);
  proxy.faults.push(...Array(RETRIES + 1).fill(exception("InternalServerError")));
  expect(await codeOf(store.transact([putOf(keyOf())]))).toBe("store.unavailable");
  expect(proxy.calls.length).toBe(2 * (RETRIES + 1));
});

test("a transaction that met another is made again, and one whose condition failed is not", async () => {
  const key = keyOf();
  const cancelled = (...codes: string[]) =>
    exception("TransactionCanceledException", { CancellationReasons: codes.map((Code) => ({ Code })) });
  proxy.faults.push(cancelled("None", "TransactionConflict"), cancelled("ConditionalCheckFailed", "ThrottlingError"));
  expect(await store.transact([putOf(key), putOf(keyOf())])).toEqual({ ok: true, value: undefined });
  expect(proxy.calls.length).toBe(3);
  const again = await store.transact([putOf(keyOf()), putOf(key)]);
  expect(again.ok || `${again.error.code} ${again.error.path}`).toBe("store.conflict /1");
  expect(proxy.calls.length).toBe(4);
});

test("a transaction whose answer was lost is not done twice, and not taken for a conflict", async () => {
  const key = keyOf();
  proxy.faults.push({ kind: "lose-answer" }, { kind: "lose-answer" });
  const counted: Write = { kind: "increment", key: keyOf(), field: "n", by: 1 };
  await store.transact([{ kind: "put", item: { ...counted.key, v: 1, data: { n: 0 } }, when: { kind: "any" } }]);
  proxy.faults.push({ kind: "lose-answer" });
  expect(await store.transact([putOf(key), counted])).toEqual({ ok: true, value: undefined });
  expect((await store.get(counted.key))?.data["n"]).toBe(1);
});

test("a count whose answer was lost is not counted again: the caller hears that it is not known", async () => {
  const key = keyOf();
  await store.increment({ key, field: "n", by: 1 });
  proxy.calls.length = 0;
  proxy.faults.push({ kind: "lose-answer" });
  expect(await codeOf(store.increment({ key, field: "n", by: 1 }))).toBe("store.unavailable");
  expect(proxy.calls).toEqual(["UpdateItem"]);
  proxy.faults.push(exception("ThrottlingException"));
  expect(await store.increment({ key, field: "n", by: 1 })).toBe(3);
});

test("what no repeat can help is told at once", async () => {
  for (const name of ["ResourceNotFoundException", "AccessDeniedException", "ValidationException"]) {
    proxy.faults.push(exception(name));
  }
  expect(await codeOf(store.get(keyOf()))).toBe("store.unavailable");
  expect(await codeOf(store.get(keyOf()))).toBe("store.unavailable");
  expect(await codeOf(store.get(keyOf()))).toBe("store.invalid");
  expect(waits).toEqual([]);
});

test("an endpoint that nobody serves is store.unavailable", async () => {
  const nowhere = clientFor("http://127.0.0.1:9");
  const wait = async () => undefined;
  const random = { bytes: (count: number) => new Uint8Array(count) };
  const lost = dynamodbStore({ client: nowhere, table: "ephor", clock: testClock(), random, wait });
  expect(await codeOf(lost.get(keyOf()))).toBe("store.unavailable");
  nowhere.destroy();
});
