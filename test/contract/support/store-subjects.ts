import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, Random, Store } from "@ephor/app/ports";
import { dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { type Timestamp, timestamp } from "@ephor/domain/time";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { clientFor, createTable, startDynamodbLocal, startDynoxide } from "./dynamodb-server.ts";

/** A clock that stands still until it is set. It stands far ahead, so that no server deletes what a test lets expire. */
export type TestClock = Clock & { nowSeconds: number };

/** A store under test. `close` ends all that was started for it. */
export type Subject = { readonly store: Store; readonly clock: TestClock; close(): Promise<void> };

/** `open` gives undefined where the store cannot run here; `why` says what is missing. */
export type SubjectKind = {
  readonly name: string;
  readonly why: string;
  /** Model runs of a size that suits its speed. */
  readonly runs: number;
  readonly open: () => Promise<Subject | undefined>;
};

export function testClock(): TestClock {
  const clock: TestClock = { nowSeconds: 1_900_000_000, now: (): Timestamp => timestamp(clock.nowSeconds * 1000) };
  return clock;
}

export const testRandom: Random = { bytes: (count) => randomBytes(count) };

export const SUBJECTS: readonly SubjectKind[] = [
  { name: "SQLite", why: "", runs: 150, open: async () => openSqliteSubject() },
  { name: "dynoxide", why: "there is no dynoxide binary for this platform", runs: 40, open: openDynoxideSubject },
  {
    name: "DynamoDB Local",
    why: "EPHOR_DYNAMODB_LOCAL=1 runs it (Java and Maven)",
    runs: 15,
    open: openDynamodbLocalSubject,
  },
];

function openSqliteSubject(): Subject {
  const dir = mkdtempSync(join(tmpdir(), "ephor-store-"));
  const clock = testClock();
  const opened = openSqlite({ file: join(dir, "ephor.db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, close } = opened.value;
  return {
    store,
    clock,
    async close() {
      close();
      rmSync(dir, { recursive: true });
    },
  };
}

async function openDynoxideSubject(): Promise<Subject | undefined> {
  const server = await startDynoxide();
  return server && dynamodbSubject(server);
}

async function openDynamodbLocalSubject(): Promise<Subject | undefined> {
  return process.env["EPHOR_DYNAMODB_LOCAL"] === "1" ? dynamodbSubject(await startDynamodbLocal()) : undefined;
}

async function dynamodbSubject(server: { endpoint: string; stop(): Promise<void> }): Promise<Subject> {
  const client = clientFor(server.endpoint);
  const table = await createTable(client, "ephor");
  const clock = testClock();
  return {
    store: dynamodbStore({ client, table, clock, random: testRandom }),
    clock,
    async close() {
      client.destroy();
      await server.stop();
    },
  };
}
