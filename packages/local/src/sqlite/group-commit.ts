import type { DatabaseSync } from "node:sqlite";
import type { Log, Write, WriteError } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { Result } from "@ephor/domain/result";
import type { Sequencer } from "./sequencer.ts";
import { unavailable } from "./sqlite-error.ts";

export const BATCH_MAX = 1_000;

/** One logical transaction. `apply` runs its statements; what it did is undone where it gives an error. */
export type Job<T> = { readonly writes: readonly Write[]; readonly apply: () => Result<T, WriteError> };
export type CommitListener = (writes: readonly Write[]) => void;

type Settled = Result<unknown, WriteError> | EphorException;
type Waiting = Job<unknown> & { readonly settle: (outcome: Settled) => void };
type Deps = {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly sequencer: Sequencer;
  readonly log: Log | undefined;
};

/**
 * The one writer (architecture rule 8): what arrived while the last commit ran is one BEGIN IMMEDIATE ... COMMIT of at most
 * 1,000 logical transactions. A failed condition undoes its own transaction only; callers are answered after COMMIT,
 * and where that fails all of the batch fail with `store.unavailable` and nothing of it is visible.
 */
export class GroupCommit {
  readonly #deps: Deps;
  readonly #begin;
  readonly #commit;
  readonly #savepoint;
  readonly #undo;
  readonly #release;
  readonly #listeners = new Set<CommitListener>();
  #queue: Waiting[] = [];
  #isScheduled = false;
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#begin = deps.db.prepare("BEGIN IMMEDIATE");
    this.#commit = deps.db.prepare("COMMIT");
    this.#savepoint = deps.db.prepare("SAVEPOINT logical");
    this.#undo = deps.db.prepare("ROLLBACK TO logical");
    this.#release = deps.db.prepare("RELEASE logical");
  }

  /** Resolves after the commit; rejects with `store.unavailable` where there was none. */
  run<T>(job: Job<T>): Promise<Result<T, WriteError>> {
    if (this.#isClosed) return Promise.reject(closedError(this.#deps.file));
    return new Promise((resolve, reject) => {
      let result: Result<T, WriteError> | undefined;
      const apply = () => {
        result = job.apply();
        return result;
      };
      const settle = (outcome: Settled) => {
        if (outcome instanceof EphorException || result === undefined) reject(outcome);
        else resolve(result);
      };
      this.#queue.push({ writes: job.writes, apply, settle });
      this.#schedule();
    });
  }

  /** Hears of every committed transaction's writes, in commit order, after its caller was answered. */
  listen(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Commits what waits, then accepts no more. */
  close(): void {
    this.#isClosed = true;
    while (this.#queue.length > 0) this.#flush();
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
    for (const [i, job] of batch.entries()) job.settle(outcomes[i] ?? closedError(this.#deps.file));
    this.#publish(batch, outcomes);
  }

  #commitBatch(batch: readonly Waiting[]): readonly Settled[] {
    const { db, file, sequencer } = this.#deps;
    try {
      this.#begin.run();
      const outcomes = batch.map((job) => this.#runOne(job));
      sequencer.writeHeads();
      this.#commit.run();
      return outcomes;
    } catch (cause) {
      rollBack(db);
      const failure = unavailable(cause, file);
      return batch.map(() => failure);
    } finally {
      sequencer.reset();
    }
  }

  #runOne(job: Waiting): Settled {
    const mark = this.#deps.sequencer.mark();
    const isCompound = isSeveralStatements(job);
    if (isCompound) this.#savepoint.run();
    const outcome = this.#attempt(job);
    const isDone = !(outcome instanceof EphorException) && outcome.ok;
    if (!isDone) this.#deps.sequencer.undoTo(mark);
    if (isCompound && !isDone) this.#undo.run();
    if (isCompound) this.#release.run();
    return outcome;
  }

  /** A statement that fails by itself fails its transaction; one that ended the whole batch (a full disk) fails them all. */
  #attempt(job: Waiting): Settled {
    try {
      return job.apply();
    } catch (cause) {
      if (!this.#deps.db.isTransaction) throw cause;
      return unavailable(cause, this.#deps.file);
    }
  }

  #publish(batch: readonly Waiting[], outcomes: readonly Settled[]): void {
    if (this.#listeners.size === 0) return;
    const isDone = (outcome: Settled | undefined) => outcome !== undefined && "ok" in outcome && outcome.ok;
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

/** A single statement undoes itself; an append is two. */
const isSeveralStatements = ({ writes }: Waiting): boolean => writes.length !== 1 || writes[0]?.kind === "append";

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
