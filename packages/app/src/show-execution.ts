import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { executionLineOf } from "./execution-item.ts";
import type { ExecutionLine } from "./items.ts";
import { executionKey } from "./keys.ts";
import type { Store } from "./ports.ts";

export type ExecutionShown = ExecutionLine & { readonly history: readonly Json[] | null };

/** An execution, with its history where it is a Standard one (interfaces.md). Errors: `execution.not-found`. */
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
  const item = await d.store.get(executionKey(of.tenant, of.id));
  if (item === undefined) return err(ephorError("execution.not-found", `no execution ${of.id}`));
  const line = executionLineOf(item);
  return ok({
    ...line,
    history: line.type === "standard" ? await d.historyOf({ ...of, workflow: line.workflow, name: line.name }) : null,
  });
}
