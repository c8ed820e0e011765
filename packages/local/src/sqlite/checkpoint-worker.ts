import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

/** What a checkpointer starts its thread with. `state`: 1 while this thread has the store open, else 0. */
export type CheckpointWorkerData = { readonly file: string; readonly state: SharedArrayBuffer };
/** Null where the log was copied. */
export type CheckpointNews = { readonly failure: string | null };

const BUSY_TIMEOUT_MS = 5_000;
const { file, state }: CheckpointWorkerData = workerData;
const isOpen = new Int32Array(state);

/** Opened for each checkpoint: the store's last connection removes its log, and that has to be the writer's. */
function checkpoint(): void {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
  } finally {
    db.close();
  }
}

function tried(): CheckpointNews {
  try {
    checkpoint();
    return { failure: null };
  } catch (cause) {
    return { failure: cause instanceof Error ? cause.message : String(cause) };
  }
}

parentPort?.on("message", () => {
  const news = tried();
  Atomics.store(isOpen, 0, 0);
  Atomics.notify(isOpen, 0);
  parentPort?.postMessage(news);
});
