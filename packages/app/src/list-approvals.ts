import type { ApprovalState } from "@ephor/domain/approval";
import { ok } from "@ephor/domain/result";
import type { ApprovalDeps } from "./approval-items.ts";
import { decode } from "./items.ts";
import { APPROVALS_BY_TIME, APPROVALS_PENDING } from "./keys.ts";
import { type Listed, listByTime, type Paged } from "./list-by-time.ts";
import { type ApprovalLine, lineOf } from "./show-approval.ts";

/** Approvals of the tenant, newest first; those that wait for somebody come from an index of their own. */
export async function listApprovals(
  d: Pick<ApprovalDeps, "store" | "config"> & { readonly cursorKey: Uint8Array },
  query: Paged & { readonly state?: ApprovalState },
): Listed<ApprovalLine> {
  const { state } = query;
  const place = state === "pending" ? ({ index: "byOpen", pk: APPROVALS_PENDING } as const) : { pk: APPROVALS_BY_TIME };
  const listed = await listByTime(d, {
    query,
    list: {
      ...place,
      filter: { state },
      read: (item) => decode("approval", item),
      passes: (approval) => (state ?? approval.state) === approval.state,
    },
  });
  if (!listed.ok) return listed;
  const { items, cursor } = listed.value;
  return ok({ items: items.map((approval) => lineOf(approval, d.config.groups)), cursor });
}
