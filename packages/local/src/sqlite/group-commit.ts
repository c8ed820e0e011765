import type { DatabaseSync } from "node:sqlite";
import type { Log, Write, WriteError } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { Result } from "@ephor/domain/result";
import type { Checkpointer } from "./checkpointer.ts";
import type { Sequencer } from "./sequencer.ts";
import { unavailable } from "./sqlite-error.ts";
import { prepareAll } from "./statements.ts";

export const BATCH_MAX = 1_000;
const LAZY_MS = 5;

/**
 * One logical transaction. `apply` runs its statements, at the one time that its batch is written at; what it did is
 * undone where it gives an error.
 */
export type Job<T> = {
  readonly writes: readonly Write[];
  /** May wait for the next batch that somebody waits for, at most `LAZY_MS`. */
  readonly lazily?: boolean;
  readonly apply: (nowSeconds: number) => Result<T, WriteError>;
};
export type CommitListener = (writes: readonly Write[]) => void;

type Outcome = Result<unknown, WriteError> | EphorException;
type Waiting = Job<unknown> & { readonly settle: (outcome: Outcome) => void };
type Deps = {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly sequencer: Sequencer;
  readonly nowSeconds: () => number;
  readonly log: Log | undefined;
  /** Hears of every batch, after its COMMIT. */
  readonly checkpointer: Checkpointer;
};

const SQL = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  savepoint: "SAVEPOINT logical",
  undo: "ROLLBACK TO logical",
  release: "RELEASE logical",
};

/**
 * The one writer (architecture rule 8): what arrived while the last commit ran is one BEGIN IMMEDIATE ... COMMIT of at
 * most 1,000 logical transactions. A failed condition undoes its own transaction only; callers are answered after
 * COMMIT, and where that fails all of the batch fail with `store.unavailable` and nothing of it is visible.
 */
export class GroupCommit {
  readonly #deps: Deps;
  readonly #statements;
  readonly #listeners = new Set<CommitListener>();
  #queue: Waiting[] = [];
  #isScheduled = false;
  #lazyTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#statements = prepareAll(deps.db, SQL);
  }

  /** Resolves after the commit; rejects with `store.unavailable` where there was none. */
  run<T>(job: Job<T>): Promise<Result<T, WriteError>> {
    if (this.#isClosed) return Promise.reject(closedError(this.#deps.file));
    return new Promise((resolve, reject) => {
      let result: Result<T, WriteError> | undefined;
      const apply = (nowSeconds: number) => {
        result = job.apply(nowSeconds);
        return result;
      };
      const settle = (outcome: Outcome) => {
        if (outcome instanceof EphorException || result === undefined) reject(outcome);
        else resolve(result);
      };
      this.#queue.push({ writes: job.writes, apply, settle });
      if (job.lazily === true) this.#scheduleSoon();
      else this.#schedule();
    });
  }

  /** Hears of every committed transaction's writes, in commit order, a batch at a time. Gives what ends it. */
  listen(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Commits what waits, then accepts no more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#lazyTimer);
    while (this.#queue.length > 0) this.#flush();
  }

  /** A commit costs as much for one transaction as for ten: what can wait goes along with the next one. */
  #scheduleSoon(): void {
    if (this.#isScheduled || this.#lazyTimer !== undefined) return;
    this.#lazyTimer = setTimeout(() => {
      this.#lazyTimer = undefined;
      if (this.#queue.length > 0) this.#schedule();
    }, LAZY_MS);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#queue.length > 0) this.#flush();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const batch = this.#queue.slice(0, BATCH_MAX);
    this.#queue = this.#queue.slice(BATCH_MAX);
    const outcomes = this.#commitBatch(batch);
    this.#deps.checkpointer.committed(batch.length);
    for (const [i, job] of batch.entries()) job.settle(outcomes[i] ?? closedError(this.#deps.file));
    this.#publish(batch, outcomes);
  }

  /*
   * A savepoint makes SQLite copy every page that a transaction touches, nearly half the cost of a batch. Hardly a
   * transaction fails after it has written, so a batch first runs without, and once more with them where one did.
   */
  #commitBatch(batch: readonly Waiting[]): readonly Outcome[] {
    const { db, file, sequencer } = this.#deps;
    try {
      const now = this.#deps.nowSeconds();
      this.#statements.begin.run();
      const outcomes = this.#runPlainly(batch, now) ?? this.#runWithSavepoints(batch, now);
      sequencer.writeHeads();
      this.#statements.commit.run();
      return outcomes;
    } catch (cause) {
      rollBack(db);
      const failure = unavailable(cause, file);
      return batch.map(() => failure);
    } finally {
      sequencer.reset();
    }
  }

  /** Undefined, with the batch begun anew, where a transaction left writes behind that must be undone. */
  #runPlainly(batch: readonly Waiting[], now: number): readonly Outcome[] | undefined {
    const outcomes: Outcome[] = [];
    for (const job of batch) {
      const outcome = this.#attempt(job, now);
      if (leftWrites(job, outcome)) {
        this.#statements.rollback.run();
        this.#deps.sequencer.reset();
        this.#statements.begin.run();
        return undefined;
      }
      outcomes.push(outcome);
    }
    return outcomes;
  }

  #runWithSavepoints(batch: readonly Waiting[], now: number): readonly Outcome[] {
    const { savepoint, undo, release } = this.#statements;
    return batch.map((job) => {
      const mark = this.#deps.sequencer.mark();
      savepoint.run();
      const outcome = this.#attempt(job, now);
      if (!isDone(outcome)) {
        this.#deps.sequencer.undoTo(mark);
        undo.run();
      }
      release.run();
      return outcome;
    });
  }

  /** A statement that fails by itself fails its transaction; one that ended the batch (a full disk) fails them all. */
  #attempt(job: Waiting, now: number): Outcome {
    try {
      return job.apply(now);
    } catch (cause) {
      if (!this.#deps.db.isTransaction) throw cause;
      return unavailable(cause, this.#deps.file);
    }
  }

  #publish(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
    if (this.#listeners.size === 0) return;
    const writes = batch.flatMap((job, i) => (isDone(outcomes[i]) ? job.writes : []));
    if (writes.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(writes);
      } catch (error) {
        // The commit stands whatever a listener makes of it.
        this.#deps.log?.error("store.listener-failed", { error });
      }
    }
  }
}

const isDone = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && !(outcome instanceof EphorException) && outcome.ok;

/** A condition that does not hold for the first write of all has left nothing; any other failure may have. */
function leftWrites(job: Waiting, outcome: Outcome): boolean {
  if (outcome instanceof EphorException) return true;
  return !outcome.ok && job.writes.length > 1 && outcome.error.path !== "/0";
}

function rollBack(db: DatabaseSync): void {
  if (!db.isOpen || !db.isTransaction) return;
  try {
    db.exec("ROLLBACK");
  } catch {
    // The failure that led here is what the callers hear; the next BEGIN fails if the transaction is still open.
  }
}

const closedError = (file: string): EphorException =>
  new EphorException(ephorError("store.unavailable", "the store is closed", { path: file }));
