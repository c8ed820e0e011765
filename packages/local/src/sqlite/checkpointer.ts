import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { Log } from "@ephor/app/ports";
import type { CheckpointWorkerData } from "./checkpoint-worker.ts";

/** Transactions between two checkpoints, some 64 MiB of log; by itself SQLite begins one at twice as much (STORE_PRAGMAS). */
const JOBS = 1_024;
const CLOSE_MS = 5_000;
const OPEN = 1;
const WORKER = new URL("./checkpoint-worker.ts", import.meta.url);

type Deps = { readonly db: DatabaseSync; readonly file: string; readonly log: Log | undefined };

/**
 * Copies the store's log into its file on a thread of its own, since that takes 10 to 20 ms. The writer copies only what
 * came meanwhile, a moment's work, which lets the log begin anew. Without the thread SQLite does all of it in a commit.
 */
export class Checkpointer {
  readonly #deps: Deps;
  readonly #state = new SharedArrayBuffer(4);
  #worker: Worker | undefined;
  #jobs = 0;
  #isBroken = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** After a commit of so many transactions. */
  committed(jobs: number): void {
    this.#jobs += jobs;
    if (this.#jobs < JOBS || this.#isBroken || this.#isUnderWay()) return;
    this.#jobs = 0;
    Atomics.store(this.#view(), 0, OPEN);
    this.#worker ??= this.#start();
    this.#worker.postMessage("checkpoint");
  }

  /** Waits for a checkpoint under way: after it the writer's connection is the last. */
  close(): void {
    if (this.#isUnderWay()) Atomics.wait(this.#view(), 0, OPEN, CLOSE_MS);
    void this.#worker?.terminate();
    this.#isBroken = true;
  }

  #view = (): Int32Array => new Int32Array(this.#state);
  #isUnderWay = (): boolean => Atomics.load(this.#view(), 0) === OPEN;

  #start(): Worker {
    const { file, db } = this.#deps;
    const workerData: CheckpointWorkerData = { file, state: this.#state };
    const worker = new Worker(WORKER, { workerData });
    worker.on("message", () => {
      if (db.isOpen) db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
    });
    worker.on("error", (error) => {
      this.#isBroken = true;
      Atomics.store(this.#view(), 0, 0);
      this.#deps.log?.error("store.checkpoint-failed", { error });
    });
    worker.unref();
    return worker;
  }
}
