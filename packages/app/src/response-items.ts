import type { ErrorCode } from "@ephor/domain/error";
import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import type { Finding } from "@ephor/domain/finding";
import type { FindingId } from "@ephor/domain/ids";
import type { RecordDraft } from "@ephor/domain/ledger/record";
import type { Remediation } from "@ephor/domain/remediation";
import type { Response } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { type TimelineKind, timelineEntry } from "@ephor/domain/timeline";
import { decode, encode, type StoredPlan } from "./items.ts";
import { findingKey, planKey, responseKey, timelineKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Item, Random, Remediations, Store, Write } from "./ports.ts";

/** The response to one generation of a finding, and the execution that carries it on. */
export type ResponseRef = {
  readonly tenant: Tenant;
  readonly findingId: FindingId;
  readonly generation: number;
  readonly executionId: string;
  readonly correlationId: string;
};
export type PlanRef = ResponseRef & { readonly planHash: string };

export type StoredFinding = { readonly finding: Finding; readonly item: Item };
export type StoredResponse = { readonly response: Response; readonly item: Item };

export async function readFinding(
  d: { readonly store: Store },
  { tenant, findingId }: Pick<ResponseRef, "tenant" | "findingId">,
): Promise<Result<StoredFinding, EphorError<"finding.not-found">>> {
  const item = await d.store.get(findingKey(tenant, findingId));
  if (item === undefined) return err(ephorError("finding.not-found", `no finding ${findingId}`));
  return ok({ finding: decode("finding", item), item });
}

export async function readResponse(
  d: { readonly store: Store },
  of: Pick<ResponseRef, "tenant" | "findingId" | "generation">,
): Promise<StoredResponse | undefined> {
  const item = await d.store.get(responseKey(of.tenant, of));
  return item && { response: decode("response", item), item };
}

export type PlanError = EphorError<"plan.not-found" | "remediation.unknown">;

/** A stored plan and the remediation it was made by. */
export async function readPlan(
  d: { readonly store: Store; readonly remediations: Remediations },
  of: Pick<PlanRef, "tenant" | "findingId" | "generation" | "planHash">,
): Promise<Result<{ plan: StoredPlan; remediation: Remediation }, PlanError>> {
  const item = await d.store.get(planKey(of.tenant, of));
  if (item === undefined)
    return err(ephorError("plan.not-found", `finding ${of.findingId} has no plan ${of.planHash}`));
  const plan = decode("plan", item);
  const remediation = d.remediations(plan.remediation);
  if (remediation === undefined) {
    return err(ephorError("remediation.unknown", `there is no remediation ${plan.remediation} any more`));
  }
  return ok({ plan, remediation });
}

/** Puts a response in place of the one that was read, or for the first time. */
export function responseWrite(ref: ResponseRef, of: { response: Response; known: Item | undefined }): Write {
  const when = of.known === undefined ? absent : ({ kind: "version", version: of.known.version } as const);
  return { kind: "put", item: { ...responseKey(ref.tenant, ref), ...encode("response", of.response) }, when };
}

const absent = { kind: "absent" } as const;

type Step = {
  readonly at: Timestamp;
  readonly kind: TimelineKind;
  readonly text: string;
  /** What makes this step one: said again, it is the same line and the same record. */
  readonly cause: string;
  readonly by?: string;
  readonly record: Pick<RecordDraft, "entity_type" | "did"> & Partial<RecordDraft>;
};

const TEXT_MAX = 4096;

/** One step on the timeline and in the ledger. The record comes first: a conflict there means that it was told before. */
export function stepWrites(d: { readonly random: Random }, ref: ResponseRef, step: Step): readonly Write[] {
  const { tenant, findingId, generation, executionId, correlationId } = ref;
  const { at, kind, text, cause, by = "respond", record } = step;
  const whole = `${generation} ${executionId} ${cause}`;
  // An execution that is only asked for has a name, and no id yet that leads to it.
  const isAsked = kind === "response.requested";
  const entry = timelineEntry(findingId, {
    ...{ at, kind, by, text: text.slice(0, TEXT_MAX), cause: whole, correlationId },
    ...(isAsked ? {} : { executionId }),
  });
  const key = timelineKey(tenant, { id: findingId, at, key: entry.key });
  return [
    appendRecord(d, {
      idempotencyKey: `${record.entity_type} ${record.did} ${findingId} ${whole}`,
      ...{ time: at, tenant, this: findingId, generation, correlation_id: correlationId },
      ...(isAsked ? {} : { related: [executionId] }),
      description: text.slice(0, TEXT_MAX),
      ...record,
    }),
    { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: absent },
  ];
}

const ATTEMPTS_MAX = 10;
const TOLD_BEFORE = "/0";

/**
 * Writes one step, once. `make` reads what it rests on and gives the writes, the step's ledger record first; it is asked
 * again where others wrote meanwhile; no writes are none. Gives whether this call wrote it: false where it was written before.
 * Errors: those of `make`; `store.conflict` after ten lost races.
 */
export async function writeStep<E extends EphorError>(
  d: { readonly store: Store },
  make: () => Promise<Result<readonly Write[], E>>,
): Promise<Result<{ isNew: boolean }, E | EphorError<"store.conflict" | "store.too-large">>> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const writes = await make();
    if (!writes.ok) return writes;
    if (writes.value.length === 0) return ok({ isNew: false });
    const done = await d.store.transact(writes.value);
    if (done.ok) return ok({ isNew: true });
    const { code, message, path } = done.error;
    if (code === "store.conflict" && path === TOLD_BEFORE) return ok({ isNew: false });
    if (code === "store.too-large") return err(ephorError(code, message));
    if (code !== "store.conflict") throw new EphorException(done.error);
  }
  return err(ephorError("store.conflict", `the response changed ${ATTEMPTS_MAX} times while it was written`));
}

/** Errors of AWS after which the same step may succeed later. */
const RETRIED: ReadonlySet<ErrorCode> = new Set(["aws.throttled", "aws.unavailable", "aws.unknown-outcome"]);
export const isRetried = (code: ErrorCode): boolean => RETRIED.has(code);
