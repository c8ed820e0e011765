import type { EphorError } from "@ephor/domain/error";
import type { FindingId } from "@ephor/domain/ids";
import type { ResponseDecision } from "@ephor/domain/response-policy";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { timelineEntry } from "@ephor/domain/timeline";
import { encode } from "./items.ts";
import { timelineKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Random, Store } from "./ports.ts";

export type ResponseNote = {
  readonly tenant: Tenant;
  readonly findingId: FindingId;
  readonly generation: number;
  readonly response: ResponseDecision;
  readonly executionId: string;
  readonly correlationId: string;
};

/** States on the finding's timeline and in the ledger that its response ran, once a generation. */
export async function noteResponse(
  d: { readonly store: Store; readonly clock: Clock; readonly random: Random },
  note: ResponseNote,
): Promise<Result<{ noted: boolean }, EphorError>> {
  const { tenant, findingId, generation, response, executionId, correlationId } = note;
  const at = d.clock.now();
  const cause = `generation ${generation}`;
  const text = `The policy asks for ${response.mode}; no remediation is installed, so nothing was changed`;
  const entry = timelineEntry(findingId, {
    at,
    kind: "response.noted",
    by: "respond",
    text,
    executionId,
    correlationId,
    cause,
  });
  const key = timelineKey(tenant, { id: findingId, at, key: entry.key });
  const done = await d.store.transact([
    appendRecord(d, {
      idempotencyKey: `response ${findingId} ${generation}`,
      time: at,
      tenant,
      entity_type: "finding",
      this: findingId,
      did: "response-noted",
      generation,
      mode: response.mode,
      policy_version: String(response.policyVersion),
      correlation_id: correlationId,
      related: [executionId],
    }),
    { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } },
  ]);
  if (done.ok) return ok({ noted: true });
  return done.error.code === "store.conflict" ? ok({ noted: false }) : done;
}
