import type { ApprovalSubject } from "@ephor/domain/approval";
import type { Finding } from "@ephor/domain/finding";
import type { Tenant } from "@ephor/domain/tenant";
import { approvalIdFor, approvalWrite, readApproval } from "./approval-items.ts";
import { endedApproval } from "./end-approval.ts";
import type { Clock, Random, Store, Write } from "./ports.ts";
import { readResponse } from "./response-items.ts";

type Cancelling = {
  readonly finding: Finding;
  readonly by: string;
  readonly reason: string;
  readonly correlationId: string;
};

/** What takes back the approval that a finding's plan waits for: once it is decided otherwise, nobody needs to be asked. */
export async function cancelAskedWrites(
  d: { readonly store: Store; readonly clock: Clock; readonly random: Random },
  { finding, ...told }: Cancelling,
): Promise<readonly Write[]> {
  const { tenant, id: findingId, generation } = finding;
  const planHash = (await readResponse(d, { tenant, findingId, generation }))?.response.planHash ?? null;
  if (planHash === null) return [];
  return cancelWrites(d, { tenant, subject: { kind: "plan", findingId, generation, planHash }, ...told });
}

/** What takes back the approval of one subject; nothing where there is none, or it has ended. */
export async function cancelWrites(
  d: { readonly store: Store; readonly clock: Clock; readonly random: Random },
  { tenant, subject, ...told }: Omit<Cancelling, "finding"> & { tenant: Tenant; subject: ApprovalSubject },
): Promise<readonly Write[]> {
  const known = await readApproval(d, { tenant, approvalId: approvalIdFor(tenant, subject) });
  if (!known.ok) return [];
  const ended = endedApproval(d, known.value.approval, { ...told, to: "cancelled", now: d.clock.now() });
  if (!ended.ok || ended.value.writes.length === 0) return [];
  return [approvalWrite(ended.value.approval, known.value.item), ...ended.value.writes];
}
