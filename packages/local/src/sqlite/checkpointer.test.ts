import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { Log } from "@ephor/app/ports";
import { expect, onTestFinished, test } from "vitest";
import { tempFolder } from "../../../../test/support/temp-folder.ts";
import type { CheckpointWorkerData } from "./checkpoint-worker.ts";
import { Checkpointer } from "./checkpointer.ts";

/** A store with a log that SQLite leaves alone, and a checkpointer that is told of a thousand transactions a round. */
function aStore(makeThread?: (data: CheckpointWorkerData) => Worker) {
  const folder = tempFolder();
  const file = `${folder.path}/db`;
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE rows (text)");
  const failures: unknown[] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (_, { error } = {}) => void failures.push(error) };
  const checkpointer = new Checkpointer({ db, file, log, ...(makeThread === undefined ? {} : { makeThread }) });
  onTestFinished(() => {
    checkpointer.close();
    if (db.isOpen) db.close();
    folder.remove();
  });
  const round = (): void => {
    db.prepare("INSERT INTO rows VALUES (?)").run("x".repeat(10_000));
    checkpointer.committed(1_024);
  };
  /** Frames of the log that stand in the file. */
  const copied = (): number => Number(db.prepare("PRAGMA wal_checkpoint(NOOP)").get()?.["checkpointed"] ?? -1);
  return { db, file, round, copied, failures, checkpointer };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a thread that cannot be made costs nobody an answer, and is tried again later", async () => {
  let tries = 0;
  const { round, failures } = aStore(() => {
    tries += 1;
    throw new Error("EAGAIN");
  });
  for (let at = 0; at < 17; at++) round();
  expect({ tries, failures: failures.map(String) }).toEqual({ tries: 1, failures: ["Error: EAGAIN"] });
  round();
  expect(tries).toBe(2);
});

test("a checkpoint that fails is told of and ends nothing", async () => {
  const { file, round, failures, checkpointer } = aStore(
    ({ state }) => new Worker(new URL("./checkpoint-worker.ts", import.meta.url), { workerData: { file: "/", state } }),
  );
  round();
  while (failures.length === 0) await turn();
  expect(String(failures[0])).toMatch(/unable to open database file/);
  expect(existsSync(file)).toBe(true);
  checkpointer.close();
});

test("what the writer itself cannot copy is told of and ends nothing", async () => {
  const { db, round, failures } = aStore();
  const { prepare } = db;
  round();
  db.prepare = (sql) => {
    if (sql.includes("wal_checkpoint")) throw new Error("disk I/O error");
    return prepare.call(db, sql);
  };
  while (failures.length === 0) await turn();
  expect(failures.map(String)).toEqual(["Error: disk I/O error"]);
});
