import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { Log } from "@ephor/app/ports";
import type { CheckpointNews, CheckpointWorkerData } from "./checkpoint-worker.ts";

/** Transactions between two checkpoints, some 64 MiB of log; by itself SQLite begins one at twice as much (STORE_PRAGMAS). */
const JOBS = 1_024;
/** After a failure SQLite does it in commits for so many transactions. */
const PAUSE_JOBS = 16 * JOBS;
const CLOSE_MS = 5_000;
const OPEN = 1;
const WORKER = new URL("./checkpoint-worker.ts", import.meta.url);

export type CheckpointerDeps = {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly log: Log | undefined;
  /** Given by tests alone. */
  readonly makeThread?: (data: CheckpointWorkerData) => Worker;
};

const newThread = (workerData: CheckpointWorkerData): Worker => new Worker(WORKER, { workerData });

/**
 * Copies the store's log into its file on a thread of its own, since that takes 10 to 20 ms. The writer copies only what
 * came meanwhile, a moment's work, which lets the log begin anew. Whatever fails here fails nothing else: SQLite then does
 * all of it in a commit, until it is tried again.
 */
export class Checkpointer {
  readonly #deps: CheckpointerDeps;
  readonly #shared = new SharedArrayBuffer(4);
  readonly #state = new Int32Array(this.#shared);
  #worker: Worker | undefined;
  #jobs = 0;
  #isClosed = false;

  constructor(deps: CheckpointerDeps) {
    this.#deps = deps;
  }

  /** After a commit of so many transactions. Never throws: their callers are still to be answered. */
  committed(jobs: number): void {
    this.#jobs += jobs;
    if (this.#jobs < JOBS || this.#isClosed || this.#isUnderWay()) return;
    this.#jobs = 0;
    this.#guarded(() => {
      this.#worker ??= this.#start();
      Atomics.store(this.#state, 0, OPEN);
      this.#worker.postMessage("checkpoint");
    });
  }

  /** Waits for a checkpoint under way: after it the writer's connection is the last. */
  close(): void {
    this.#isClosed = true;
    if (this.#isUnderWay()) Atomics.wait(this.#state, 0, OPEN, CLOSE_MS);
    void this.#worker?.terminate();
  }

  #isUnderWay = (): boolean => Atomics.load(this.#state, 0) === OPEN;

  #start(): Worker {
    const { file, makeThread = newThread } = this.#deps;
    const worker = makeThread({ file, state: this.#shared });
    worker.on("message", ({ failure }: CheckpointNews) =>
      this.#guarded(() => {
        if (failure !== null) throw new Error(failure);
        this.#copyTheRest();
      }),
    );
    worker.on("error", (error) => this.#failed(error));
    worker.unref();
    return worker;
  }

  #copyTheRest(): void {
    const { db } = this.#deps;
    if (db.isOpen) db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    this.#deps.log?.error("store.checkpoint-failed", { error });
    void this.#worker?.terminate();
    this.#worker = undefined;
    Atomics.store(this.#state, 0, 0);
    this.#jobs = -PAUSE_JOBS;
  }
}
