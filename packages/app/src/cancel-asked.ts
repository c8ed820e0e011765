import type { Finding } from "@ephor/domain/finding";
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
  const approvalId = approvalIdFor(tenant, { kind: "plan", findingId, generation, planHash });
  const known = await readApproval(d, { tenant, approvalId });
  if (!known.ok) return [];
  const ended = endedApproval(d, known.value.approval, { ...told, to: "cancelled", now: d.clock.now() });
  if (!ended.ok || ended.value.writes.length === 0) return [];
  return [approvalWrite(ended.value.approval, known.value.item), ...ended.value.writes];
}
