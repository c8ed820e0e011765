import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { executionItem } from "./execution-item.ts";
import { decode, type ExecutionLine } from "./items.ts";
import { executionKey } from "./keys.ts";
import type { Store, WriteError } from "./ports.ts";

export type RecordExecutionDeps = {
  readonly store: Store;
  readonly retention: Pick<Config["retention"], "executionDays">;
};
/** `input` undefined: what is told of the execution leaves it out. */
export type ToldExecution = Omit<ExecutionLine, "input"> & { readonly input: ExecutionLine["input"] | undefined };

const ATTEMPTS_MAX = 5;

/**
 * Writes the line of an execution as it is told of, on AWS, where others run it: told twice or out of order it ends the
 * same, since a start never takes an end's place, nor an end that of a later one (a redrive has two). `isNews`: whether
 * anything was written. Errors: `store.conflict` (retryable) after five lost races.
 */
export async function recordExecution(
  d: RecordExecutionDeps,
  { tenant, told }: { tenant: Tenant; told: ToldExecution },
): Promise<Result<{ isNews: boolean }, WriteError | EphorError<"store.conflict">>> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const item = await d.store.get(executionKey(tenant, told.id));
    const known = item && decode("execution", item);
    if (known !== undefined && !isLater(told, known)) return ok({ isNews: false });
    const line = { ...told, input: told.input ?? known?.input ?? null };
    const when =
      item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
    const done = await d.store.transact([
      { kind: "put", item: executionItem(tenant, { line, retention: d.retention }), when },
    ]);
    if (done.ok) return ok({ isNews: true });
    if (done.error.code !== "store.conflict") return done;
  }
  return err(ephorError("store.conflict", `execution ${told.id} changed ${ATTEMPTS_MAX} times while it was written`));
}

const isLater = (told: ToldExecution, known: ExecutionLine): boolean =>
  told.endedAt !== null && (known.endedAt === null || told.endedAt > known.endedAt);
