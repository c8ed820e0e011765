import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { FindingId } from "@ephor/domain/ids";
import type { Response } from "@ephor/domain/response";
import { decideResponse, surroundingsIn } from "@ephor/domain/response-policy";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { callEntries } from "./call-journal.ts";
import { cancelAskedWrites } from "./cancel-asked.ts";
import { effectWrite } from "./effects.ts";
import { ownEvent } from "./own-event.ts";
import type { Clock, Random, Store, Write } from "./ports.ts";
import { forcedName } from "./request-response.ts";
import {
  type ResponseRef,
  readFinding,
  readResponse,
  responseWrite,
  type StoredFinding,
  type StoredResponse,
  stepWrites,
  writeStep,
} from "./response-items.ts";

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Pick<Config, "accounts" | "remediation" | "responsePolicy">;
};
export type BreakGlass = {
  readonly tenant: Tenant;
  readonly findingId: FindingId;
  /** A person's id: somebody answers for it. */
  readonly person: string;
  readonly reason: string;
  readonly correlationId: string;
};

/**
 * Applies a finding's remediation at once, without approval, on one named person's word (approvals.md, "Break-glass"). The
 * approval that waits is cancelled, an event of Ephor's own opens a finding about it, and people review it afterwards.
 * Once in a life of a finding, and not where anything of it was applied. Errors: `finding.not-found`, `plan.refused`.
 */
export async function breakGlass(d: Deps, of: BreakGlass): Promise<Result<{ execution: string }, EphorError>> {
  let execution = "";
  const written = await writeStep<EphorError>(d, async () => {
    const found = await readFinding(d, of);
    if (!found.ok) return found;
    const { finding } = found.value;
    const ref = { ...of, generation: finding.generation, executionId: "" };
    const known = await readResponse(d, ref);
    const refusal = await refusalOf(d, { ref, found: found.value, known });
    if (refusal !== undefined) return err(ephorError("plan.refused", refusal));
    execution = forcedName(finding);
    return ok(await forceWrites(d, { of, ref: { ...ref, executionId: execution }, found: found.value, known }));
  });
  if (!written.ok) return written;
  if (written.value.isNew) return ok({ execution });
  return err(ephorError("plan.refused", "break-glass was used for this finding already"));
}

type Known = { readonly ref: ResponseRef; readonly found: StoredFinding; readonly known: StoredResponse | undefined };

async function refusalOf(d: Deps, { ref, found, known }: Known): Promise<string | undefined> {
  const { status } = found.finding;
  if (!d.config.remediation.enabled) return "remediation is off: nothing is applied";
  if (status === "resolved" || status === "excepted" || status === "remediating") return `the finding is ${status}`;
  if (known === undefined) return undefined;
  const { state, forcedBy, planHash } = known.response;
  if (forcedBy !== null) return "break-glass was used for this finding already: reopen it to begin anew";
  if (state !== "ended" && state !== "awaiting-approval" && state !== "planning") return "its plan is being applied";
  if (planHash === null) return undefined;
  const entries = await callEntries(d, { ref: { ...ref, planHash }, run: { planHash, run: "apply" } });
  return entries.length === 0 ? undefined : "a plan of it was applied already: reopen the finding to begin anew";
}

async function forceWrites(d: Deps, { of, ref, found, known }: Known & { of: BreakGlass }): Promise<readonly Write[]> {
  const { tenant, person, reason, correlationId } = of;
  const { finding } = found;
  const { id: findingId, generation, account, region, resource } = finding;
  const at = d.clock.now();
  const surroundings = surroundingsIn(d.config)(account);
  const decision = decideResponse(d.config.responsePolicy, { finding, surroundings });
  const name = ref.executionId;
  const input = { v: 1, tenant, findingId, generation, response: decision, forcedBy: person, correlationId };
  const detail = { person, reason, findingId, generation, resource: { ...resource } };
  const envelope = ownEvent({ name: "Break Glass Used", at, account, region, cause: name, detail });
  const text = `${person} used break-glass: ${reason}`;
  const begun: Response = {
    ...{ generation, state: "planning", end: null, detail: text, planHash: null, terms: null, approvalId: null },
    ...{ startedAt: at, endedAt: null, executionId: name, forcedBy: person },
  };
  return [
    ...stepWrites(d, ref, {
      ...{ at, kind: "response.requested", text, cause: "break-glass", by: person },
      record: {
        ...{ entity_type: "break-glass", did: "used", who: person, who_type: "person", reason, parent: findingId },
        ...{ account, region, resource: { ...resource }, policy_version: String(decision.policyVersion) },
      },
    }),
    responseWrite(ref, { response: begun, known: known?.item }),
    effectWrite({ tenant, at, effect: { kind: "start-execution", workflow: "respond", name, input, correlationId } }),
    effectWrite({ tenant, at, effect: { kind: "put-event", envelope, correlationId } }),
    ...(await cancelAskedWrites(d, { finding, by: person, reason: `break-glass: ${reason}`, correlationId })),
  ];
}
