import type { ResponsePolicy } from "@ephor/domain/config/response-policy";
import { strangeDetection } from "@ephor/domain/config/strange-detection";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Exception, ExceptionScope } from "@ephor/domain/exception";
import { exceptionIdOf } from "@ephor/domain/ids";
import type { Risk } from "@ephor/domain/remediation";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp } from "@ephor/domain/time";
import { effectWrite } from "./effects.ts";
import { exceptionRecord, exceptionWrite } from "./exception-items.ts";
import { exceptionCounterKey } from "./keys.ts";
import { appendRecord } from "./ledger-record.ts";
import type { Clock, Item, Random, Store, Write } from "./ports.ts";

export type ExceptionRequest = {
  readonly tenant: Tenant;
  readonly scope: ExceptionScope;
  readonly reason: string;
  readonly risk: Risk;
  readonly expiresAt: Timestamp;
  /** A person's id: somebody answers for it, and does not approve it. */
  readonly requester: string;
  readonly correlationId: string;
};
type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: () => Pick<ResponsePolicy, "exceptions">;
  /** The detections that there are. */
  readonly catalogue: readonly { readonly line: { readonly id: string } }[];
};

const ATTEMPTS_MAX = 20;
const DAY_SECONDS = 86_400;

/**
 * Asks for an exception: the next number of the tenant's year, the exception, its ledger record and the effect that starts
 * `except` are one transaction (findings.md, "Exceptions"). Errors: `input.invalid` for an end that is past or too far, and
 * for a detection that there is none of.
 */
export async function requestException(d: Deps, request: ExceptionRequest): Promise<Result<Exception, EphorError>> {
  const known = d.catalogue.map(({ line }) => line.id);
  const strange = strangeDetection(request.scope.detection, known);
  if (strange !== undefined) return err(ephorError("input.invalid", strange, { path: "/scope/detection" }));
  const now = d.clock.now();
  const { daysMax } = d.policy().exceptions;
  const latest = addSeconds(now, daysMax * DAY_SECONDS);
  if (request.expiresAt <= now || request.expiresAt > latest) {
    const expected = `expected a time after now and at most ${daysMax} days from now, ${latest}`;
    return err(
      ephorError("input.invalid", `it would end at ${request.expiresAt}; ${expected}`, { path: "/expiresAt" }),
    );
  }
  const year = Number(now.slice(0, 4));
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const counter = await d.store.get(exceptionCounterKey(request.tenant, year));
    const last = counter?.data["last"];
    const number = typeof last === "number" ? last + 1 : 1;
    const exception = exceptionOf(request, { id: exceptionIdOf(year, number), now });
    const done = await d.store.transact([
      counterWrite({ tenant: request.tenant, year, number, counter }),
      exceptionWrite(exception, undefined),
      appendRecord(d, {
        ...exceptionRecord(exception, { did: "requested", at: now, who: request.requester }),
        reason: request.reason,
      }),
      startWrite(exception, now),
    ]);
    if (done.ok) return ok(exception);
    if (done.error.code !== "store.conflict") return done;
  }
  return err(ephorError("store.conflict", `no free number of ${year} after ${ATTEMPTS_MAX} tries; ask again`));
}

function exceptionOf(request: ExceptionRequest, { id, now }: { id: Exception["id"]; now: Timestamp }): Exception {
  const { tenant, scope, reason, risk, expiresAt, requester, correlationId } = request;
  return {
    ...{ id, tenant, scope, reason, risk, requester, expiresAt, correlationId },
    ...{ state: "requested", requestedAt: now, approvalId: null, approvedBy: [], endedAt: null, endedBy: null },
  };
}

type Counter = { tenant: Tenant; year: number; number: number; counter: Item | undefined };

function counterWrite({ tenant, year, number, counter }: Counter): Write {
  const item = { ...exceptionCounterKey(tenant, year), v: 1, data: { last: number } };
  return { kind: "put", item, when: counter ? { kind: "version", version: counter.version } : { kind: "absent" } };
}

function startWrite(exception: Exception, at: Timestamp): Write {
  const { tenant, id, correlationId } = exception;
  const input = { v: 1, tenant, exceptionId: id, correlationId };
  const effect = { kind: "start-execution", workflow: "except", name: `except-${id}`, input, correlationId } as const;
  return effectWrite({ tenant, effect, at });
}
