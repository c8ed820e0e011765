import { type EphorError, ephorError } from "@ephor/domain/error";
import { parseRunId } from "@ephor/domain/ids";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { executionLineOf } from "./execution-item.ts";
import { executionNamed } from "./execution-named.ts";
import type { ExecutionLine } from "./items.ts";
import { executionKey } from "./keys.ts";
import type { Store } from "./ports.ts";

export type ExecutionShown = ExecutionLine & { readonly history: readonly Json[] | null };

/**
 * An execution by its id, or the newest of a name, with its history where it is a Standard one (interfaces.md). Errors:
 * `execution.not-found`.
 */
export async function showExecution(
  d: {
    readonly store: Store;
    readonly historyOf: (of: {
      tenant: Tenant;
      id: string;
      workflow: string;
      name: string;
    }) => Promise<readonly Json[]>;
  },
  of: { tenant: Tenant; id: string },
): Promise<Result<ExecutionShown, EphorError<"execution.not-found">>> {
  const { tenant } = of;
  const line = await lineOf(d, of);
  if (line === undefined) return err(ephorError("execution.not-found", `no execution ${of.id}`));
  const { id, workflow, name } = line;
  if (line.type !== "standard") return ok({ ...line, history: null });
  const history = await d.historyOf({ tenant, id, workflow, name });
  return ok({ ...line, history: withoutTokens(history) });
}

/** What is only asked for has a name, and no id yet that leads to it. */
async function lineOf(
  d: { readonly store: Store },
  { tenant, id }: { tenant: Tenant; id: string },
): Promise<ExecutionLine | undefined> {
  if (parseRunId(id) === undefined) return executionNamed(d, { tenant, name: id });
  const item = await d.store.get(executionKey(tenant, id));
  return item && executionLineOf(item);
}

/** The token of a task that waits never leaves the store (approvals.md): wherever it stands in the history, it is left out. */
function withoutTokens(history: readonly Json[]): readonly Json[] {
  const text = JSON.stringify(history);
  const tokens = new Set([...text.matchAll(/"taskToken":"([^"\\]+)"/g)].map(([, token = ""]) => token));
  if (tokens.size === 0) return history;
  const shown: readonly Json[] = JSON.parse([...tokens].reduce((rest, token) => rest.replaceAll(token, "***"), text));
  return shown;
}
