import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LedgerStore, Store } from "@ephor/app/ports";
import { type DynamodbDeps, dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { dynamodbLedger } from "@ephor/aws/dynamodb/ledger-store";
import { sequencePending } from "@ephor/aws/dynamodb/sequence-pending";
import type { Tenant } from "@ephor/domain/tenant";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { clientFor, createTable, startDynamodbLocal, startDynoxide } from "./support/dynamodb-server.ts";
import { testClock, testRandom } from "./support/store-subjects.ts";

/** A ledger under test. `settle` gives every record its place: at once on one node, by the sequencer on AWS. */
export type LedgerSubject = {
  readonly store: Store;
  readonly ledger: LedgerStore;
  readonly settle: (tenant: Tenant) => Promise<void>;
  close(): Promise<void>;
};
export type LedgerSubjectKind = {
  readonly name: string;
  /** What is missing where `open` gives undefined. */
  readonly why: string;
  readonly open: () => Promise<LedgerSubject | undefined>;
};

export const LEDGER_SUBJECTS: readonly LedgerSubjectKind[] = [
  { name: "SQLite", why: "", open: async () => openSqliteLedger() },
  { name: "dynoxide", why: "there is no dynoxide binary for this platform", open: openDynoxideLedger },
  { name: "DynamoDB Local", why: "EPHOR_DYNAMODB_LOCAL=1 runs it (Java and Maven)", open: openDynamodbLocalLedger },
];

function openSqliteLedger(): LedgerSubject {
  const dir = mkdtempSync(join(tmpdir(), "ephor-ledger-"));
  const opened = openSqlite({ file: join(dir, "ephor.db"), clock: testClock() });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, ledger, close } = opened.value;
  return {
    store,
    ledger,
    settle: async () => undefined,
    async close() {
      close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** What the DynamoDB adapter is made from; `wait` takes no time, and tries end all the same. */
export const ledgerDeps = (client: DynamoDBClient): DynamodbDeps => ({
  client,
  table: "ephor",
  clock: testClock(),
  random: testRandom,
  wait: async () => undefined,
});

async function openDynoxideLedger(): Promise<LedgerSubject | undefined> {
  const server = await startDynoxide();
  return server && dynamodbLedgerSubject(server);
}

async function openDynamodbLocalLedger(): Promise<LedgerSubject | undefined> {
  return process.env["EPHOR_DYNAMODB_LOCAL"] === "1" ? dynamodbLedgerSubject(await startDynamodbLocal()) : undefined;
}

async function dynamodbLedgerSubject(server: { endpoint: string; stop(): Promise<void> }): Promise<LedgerSubject> {
  const client = clientFor(server.endpoint);
  const deps = ledgerDeps(client);
  await createTable(client, deps.table);
  return {
    store: dynamodbStore(deps),
    ledger: dynamodbLedger(deps),
    settle: async (tenant) => void (await sequencePending(deps, { tenant })),
    async close() {
      client.destroy();
      await server.stop();
    },
  };
}
