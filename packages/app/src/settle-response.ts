import type { Config } from "@ephor/domain/config/config";
import type { EphorError } from "@ephor/domain/error";
import { RESPONSE_ENDS, type Response, type ResponseEnd } from "@ephor/domain/response";
import { ok, type Result } from "@ephor/domain/result";
import type { Timestamp } from "@ephor/domain/time";
import { approvalIdFor, approvalWrite, readApproval } from "./approval-items.ts";
import { askingExecution } from "./asking-execution.ts";
import { callEntries } from "./call-journal.ts";
import { closedNotices } from "./closed-notices.ts";
import { effectWrite } from "./effects.ts";
import { endedApproval } from "./end-approval.ts";
import { decode } from "./items.ts";
import { planKey } from "./keys.ts";
import { letGoWrites } from "./let-go.ts";
import type { Clock, Random, Store, Write } from "./ports.ts";
import { forcedName } from "./request-response.ts";
import { subjectOf } from "./reservation.ts";
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
import { statusWrites } from "./transition-finding.ts";

export type SettleDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Pick<Config, "responsePolicy" | "accounts" | "channels">;
};
export type Settling = ResponseRef & {
  readonly end: ResponseEnd;
  readonly detail: string;
  readonly run: "apply" | "undo";
  /** Which time the way back was asked for, 1 unless told. */
  readonly attempt?: number;
  /** The plan that it came to; null where there is none. */
  readonly planHash: string | null;
  /** Who used break-glass, a person's id. */
  readonly forcedBy: string | null;
};

/** Ends of which nobody needs to be told: nothing was asked, or the exception's own notice says it. */
const QUIET: ReadonlySet<ResponseEnd> = new Set(["observed", "excepted"]);

/**
 * Ends a response, once: its end, the finding's status by the table of transitions, the lease and what was reserved and
 * not used, the approval, timeline, ledger and notices are one transaction. An execution that another has taken over
 * from tells its end and changes nothing else.
 */
export async function settleResponse(d: SettleDeps, of: Settling): Promise<Result<{ end: ResponseEnd }, EphorError>> {
  const written = await writeStep(d, () => settleWrites(d, of));
  return written.ok ? ok({ end: of.end }) : written;
}

async function settleWrites(d: SettleDeps, of: Settling): Promise<Result<readonly Write[], EphorError>> {
  const found = await readFinding(d, of);
  if (!found.ok) return found;
  const known = await readResponse(d, of);
  const at = d.clock.now();
  const told = toldWrites(d, { of, at, finding: found.value });
  if (!isOwn(of, known)) return ok(told);
  const response = endedResponse(of, { known: known?.response, at });
  const status = findingWrites(d, { of, at, stored: found.value });
  return ok([
    ...told,
    responseWrite(of, { response, known: known?.item }),
    ...status,
    ...(status.length === 0 ? [] : await closedWrites(d, { of, at, response, stored: found.value })),
    ...(await planWrites(d, of, at)),
    ...noticeWrites(d, { of, at, response }),
    ...(await reviewWrites(d, { of, at, response })),
  ]);
}

/** Whether the response is this execution's to end: nobody has taken it over, by break-glass or by asking for the way back. */
function isOwn(of: Settling, known: StoredResponse | undefined): boolean {
  const { executionId, run, findingId: id, generation, forcedBy } = of;
  if (known === undefined) return run === "apply";
  const owner = known.response.executionId;
  // Break-glass names its execution before it has an id.
  return owner === executionId || (forcedBy !== null && owner === forcedName({ id, generation }));
}

type Ending = { readonly of: Settling; readonly at: Timestamp };

function toldWrites(d: SettleDeps, { of, at, finding }: Ending & { finding: StoredFinding }): readonly Write[] {
  const { account, region, resource } = finding.finding;
  const text = `${of.run === "apply" ? "The response" : "The way back"} ended: ${of.end}; ${of.detail}`;
  return stepWrites(d, of, {
    ...{ at, kind: "response.ended", text, cause: `${of.run} ended` },
    record: {
      ...{ entity_type: "finding", did: of.run === "apply" ? "response-ended" : "rollback-ended", status: of.end },
      ...{ account, region, resource: { ...resource } },
      ...(of.planHash === null ? {} : { plan_hash: of.planHash }),
    },
  });
}

function endedResponse(of: Settling, { known, at }: { known: Response | undefined; at: Timestamp }): Response {
  const { end, detail, executionId, generation } = of;
  const begun: Response = known ?? {
    ...{ generation, planHash: null, terms: null, approvalId: null, startedAt: at, executionId, forcedBy: null },
    ...{ state: "planning", end: null, detail, endedAt: null },
  };
  return { ...begun, state: "ended", end, detail, endedAt: at };
}

function findingWrites(d: SettleDeps, { of, at, stored }: Ending & { stored: StoredFinding }): readonly Write[] {
  const { end, detail, correlationId, generation } = of;
  if (stored.finding.generation !== generation) return [];
  const shared = { reason: `${end}: ${detail}`.slice(0, 2000), by: "respond", correlationId, stored, at } as const;
  // What was taken back on request is as it was found: open again, and not answered by itself.
  if (of.run === "undo" && end === "rolled-back") {
    const reopened = statusWrites(d, { ...shared, to: "reopened", cause: "person" });
    if (reopened.length > 0) return reopened;
  }
  const to = RESPONSE_ENDS[end].finding;
  return to === null ? [] : statusWrites(d, { ...shared, to, cause: "response" });
}

/** Lets go of the resource; what was never used of the budgets is room again; and the approval is at its end. */
async function planWrites(d: SettleDeps, of: Settling, at: Timestamp): Promise<readonly Write[]> {
  const { tenant, planHash, run } = of;
  if (planHash === null) return [];
  const ref = { ...of, planHash };
  const item = await d.store.get(planKey(tenant, ref));
  if (item === undefined) return [];
  const plan = decode("plan", item);
  const entries = await callEntries(d, { ref, run: { planHash, run: "apply" } });
  const isUsed = run === "undo" || entries.length > 0;
  const released = await letGoWrites(d, { ref, plan, earlier: isUsed ? null : planHash });
  return [...released, ...(await approvalWrites(d, { of: ref, at, isUsed }))];
}

type Used = { readonly of: Settling & { readonly planHash: string }; readonly at: Timestamp; readonly isUsed: boolean };

async function approvalWrites(d: SettleDeps, { of, at, isUsed }: Used): Promise<readonly Write[]> {
  const approvalId = approvalIdFor(of.tenant, subjectOf(of));
  const known = await readApproval(d, { tenant: of.tenant, approvalId });
  if (!known.ok) return [];
  const isExecuted = of.run === "undo" ? of.end === "rolled-back" : isUsed;
  const to = isExecuted ? "executed" : of.end === "expired" || of.end === "budget-spent" ? "expired" : "cancelled";
  const { correlationId } = of;
  const ended = endedApproval(d, known.value.approval, {
    to,
    by: "respond",
    reason: of.detail,
    now: at,
    correlationId,
  });
  // One that has ended by itself stays as it is.
  if (!ended.ok || ended.value.writes.length === 0) return [];
  return [approvalWrite(ended.value.approval, known.value.item), ...ended.value.writes];
}

/** What was applied by break-glass is reviewed afterwards by the people whose approval it would have taken. */
async function reviewWrites(
  d: SettleDeps,
  { of, at, response }: Ending & { response: Response },
): Promise<readonly Write[]> {
  const { findingId, generation, planHash } = of;
  const { forcedBy: requester, terms: known } = response;
  if (requester === null || known === null || planHash === null || of.run === "undo") return [];
  const ref = { ...of, planHash };
  const entries = await callEntries(d, { ref, run: { planHash, run: "apply" } });
  if (entries.length === 0) return [];
  const terms = { ...known, approvalsNeeded: Math.max(1, known.groups.length) };
  const name = `review-${findingId}-${generation}`;
  return [askingExecution({ workflow: "review", name, ref, terms, requester, at })];
}

function noticeWrites(d: SettleDeps, { of, at, response }: Ending & { response: Response }): readonly Write[] {
  if (QUIET.has(of.end)) return [];
  const { tenant, findingId, generation, correlationId } = of;
  const notice = { kind: "response", findingId, generation } as const;
  return channelsOf(d, response).map((channel) =>
    effectWrite({ tenant, at, effect: { kind: "notify", channel, notice, correlationId } }),
  );
}

const channelsOf = ({ config }: SettleDeps, { terms }: Response): readonly string[] =>
  terms?.channels ?? Object.keys(config.channels);

/** Incidents that another rule opened before are over as well; the response's own channels hear of its end. */
async function closedWrites(
  d: SettleDeps,
  { of, at, response, stored }: Ending & { response: Response; stored: StoredFinding },
): Promise<readonly Write[]> {
  const { finding: status } = RESPONSE_ENDS[of.end];
  if (status === null) return [];
  const finding = { ...stored.finding, status };
  const except = QUIET.has(of.end) ? [] : channelsOf(d, response);
  return closedNotices(d, { finding, at, correlationId: of.correlationId, except });
}
