import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LedgerStore } from "@ephor/app/ports";
import { type DynamodbDeps, dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { dynamodbLedger } from "@ephor/aws/dynamodb/ledger-store";
import { sequencePending } from "@ephor/aws/dynamodb/sequence-pending";
import type { Tenant } from "@ephor/domain/tenant";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appendOf, freshTenant, headOfEntries } from "./ledger.contract.ts";
import { ledgerDeps } from "./ledger-subjects.ts";
import { clientFor, createTable, type DynamodbServer, startDynoxide } from "./support/dynamodb-server.ts";
import { exception, type FaultyProxy, startFaultyProxy } from "./support/faulty-proxy.ts";

let server: DynamodbServer | undefined;
let proxy: FaultyProxy;
let client: DynamoDBClient;
let faulty: DynamodbDeps;
let direct: DynamodbDeps;
let tenant: Tenant;

beforeAll(async () => {
  server = await startDynoxide();
  if (server === undefined) return console.warn("skipped: there is no dynoxide binary for this platform");
  proxy = await startFaultyProxy(server.endpoint);
  client = clientFor(server.endpoint);
  direct = ledgerDeps(client);
  faulty = ledgerDeps(clientFor(proxy.endpoint));
  await createTable(client, direct.table);
});
afterAll(async () => {
  client?.destroy();
  faulty?.client.destroy();
  await proxy?.close();
  await server?.stop();
});
beforeEach((context) => {
  if (server === undefined) context.skip("there is no dynoxide binary for this platform");
  tenant = freshTenant();
  proxy.calls.length = 0;
  proxy.faults.length = 0;
});

async function append({ from = 0, to }: { from?: number; to: number }): Promise<void> {
  const store = dynamodbStore(direct);
  for (let n = from; n < to; n++) expect((await store.transact([appendOf(tenant, n)])).ok).toBe(true);
}

/** Every record once, without a gap, under the very head that their leaves give. */
async function expectWhole(ledger: LedgerStore, count: number): Promise<void> {
  const { ids, head } = await headOfEntries(ledger, tenant);
  expect(ids.toSorted()).toEqual(Array.from({ length: count }, (_, n) => `rec_${n}`).toSorted());
  expect(await ledger.head(tenant)).toEqual(head);
  const places = await Promise.all(ids.map((id) => ledger.entry({ tenant, id })));
  expect(places.map((place) => place?.seq)).toEqual(ids.map((_, seq) => seq));
}

describe("several sequencers at once", () => {
  test("give every record one place and lose none", async () => {
    await append({ to: 300 });
    const done = await Promise.all([1, 2, 3, 4].map(() => sequencePending(direct, { tenant })));
    expect(done.reduce((sum, { sequenced }) => sum + sequenced, 0)).toBe(300);
    await expectWhole(dynamodbLedger(direct), 300);
  });

  test("do so while records go on being appended", async () => {
    await append({ to: 60 });
    const runs = [append({ from: 60, to: 120 }), ...[1, 2, 3].map(() => sequencePending(direct, { tenant }))];
    await Promise.all(runs);
    await sequencePending(direct, { tenant });
    await expectWhole(dynamodbLedger(direct), 120);
  });
});

describe("a sequencer that dies", () => {
  /** Lets `calls` calls through and then none, as a process does that is killed there. */
  const dyingAfter = (calls: number, lastIsLost: boolean): void => {
    const passed = Array.from({ length: calls }, () => ({ kind: "pass" }) as const);
    const dead = Array.from({ length: 60 }, () => exception("AccessDeniedException"));
    proxy.faults.push(...passed, ...(lastIsLost ? [{ kind: "lose-answer" } as const] : []), ...dead);
  };

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    "after %i calls leaves a log that the next one completes",
    async (calls) => {
      await append({ to: 110 });
      for (const lastIsLost of [false, true]) {
        proxy.faults.length = 0;
        dyingAfter(calls, lastIsLost);
        await sequencePending(faulty, { tenant }).catch((error: Error) => expect(error.name).toBe("store.unavailable"));
        const { size } = await dynamodbLedger(direct).head(tenant);
        expect((await headOfEntries(dynamodbLedger(direct), tenant)).ids.length).toBe(size);
      }
      proxy.faults.length = 0;
      await sequencePending(direct, { tenant });
      await expectWhole(dynamodbLedger(direct), 110);
    },
  );

  test("between the commit and its answer places nothing twice", async () => {
    await append({ to: 10 });
    // Index, records and head are read; the answer to the transaction is lost and the call is repeated.
    proxy.faults.push({ kind: "pass" }, { kind: "pass" }, { kind: "pass" }, { kind: "lose-answer" });
    const done = await sequencePending(faulty, { tenant });
    expect(done).toEqual({ sequenced: 10 });
    expect(proxy.calls.filter((call) => call === "TransactWriteItems").length).toBe(2);
    await expectWhole(dynamodbLedger(direct), 10);
  });
});

describe("what a sequencer is told", () => {
  test("ids that the index does not list yet have their place at once", async () => {
    await append({ to: 3 });
    const empty = { kind: "answer", status: 200, body: { Items: [], Count: 0, ScannedCount: 0 } } as const;
    proxy.faults.push(empty);
    expect(await sequencePending(faulty, { tenant, ids: ["rec_1", "rec_2", "rec_0"] })).toEqual({ sequenced: 3 });
    await expectWhole(dynamodbLedger(direct), 3);
  });

  test("ids that have their place, are told twice or are unknown change nothing", async () => {
    await append({ to: 3 });
    await sequencePending(direct, { tenant });
    const head = await dynamodbLedger(direct).head(tenant);
    const ids = ["rec_0", "rec_0", "rec_2", "rec_nobody"];
    expect(await sequencePending(direct, { tenant, ids })).toEqual({ sequenced: 0 });
    expect(await dynamodbLedger(direct).head(tenant)).toEqual(head);
  });

  test("records far beyond 4 MB in all are placed in several transactions", async () => {
    const store = dynamodbStore(direct);
    const value = "x".repeat(260_000);
    for (let n = 0; n < 20; n++) {
      const write = appendOf(tenant, n);
      if (write.kind !== "append") throw new Error("not an append");
      const sealed = { who: { salt: "c2FsdA", value } };
      expect((await store.transact([{ ...write, record: { ...write.record, sealed } }])).ok).toBe(true);
    }
    expect(await sequencePending(faulty, { tenant })).toEqual({ sequenced: 20 });
    expect(proxy.calls.filter((call) => call === "TransactWriteItems").length).toBe(2);
    await expectWhole(dynamodbLedger(direct), 20);
  });
});
