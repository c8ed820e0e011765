import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

/** What a checkpointer starts its thread with. `state`: 1 while this thread has the store open, else 0. */
export type CheckpointWorkerData = { readonly file: string; readonly state: SharedArrayBuffer };

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

parentPort?.on("message", () => {
  try {
    checkpoint();
  } finally {
    Atomics.store(isOpen, 0, 0);
    Atomics.notify(isOpen, 0);
  }
  parentPort?.postMessage("done");
});
