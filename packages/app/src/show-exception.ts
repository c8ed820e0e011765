import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Exception } from "@ephor/domain/exception";
import type { ExceptionId } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { coveredBy } from "./exception-items.ts";
import { decode } from "./items.ts";
import { exceptionKey } from "./keys.ts";
import type { Store } from "./ports.ts";

/** `findings`: those that it mutes now, at most 1,000 of them. */
export type ShownException = Exception & { readonly findings: readonly string[] };

const FINDINGS_MAX = 1_000;

/** An exception with the findings that it mutes. Errors: `exception.not-found`, also for another tenant's. */
export async function showException(
  d: { readonly store: Store },
  { tenant, id }: { tenant: Tenant; id: ExceptionId },
): Promise<Result<ShownException, EphorError<"exception.not-found">>> {
  const item = await d.store.get(exceptionKey(tenant, id));
  if (item === undefined) return err(ephorError("exception.not-found", `no exception ${id}`));
  const findings: string[] = [];
  for await (const cover of coveredBy(d.store, { tenant, id })) {
    if (findings.length === FINDINGS_MAX) break;
    findings.push(String(cover.data["findingId"]));
  }
  return ok({ ...decode("exception", item), findings });
}
