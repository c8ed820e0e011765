import type { EphorError } from "@ephor/domain/error";
import { digestOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { type DeadLetterDeps, deadLetterWrites } from "./dead-letters.ts";
import type { ErrorLike } from "./items.ts";
import type { WriteError } from "./ports.ts";

export type Parked = {
  readonly tenant: Tenant;
  readonly envelope: JsonObject;
  readonly error: ErrorLike;
  readonly attempts: number;
  readonly correlationId: string;
};

const ATTEMPTS_MAX = 10;

/**
 * Keeps an event that could not be handled whole, as a dead letter, until somebody redrives it (architecture rule 3).
 * The same event parked twice is one letter, and each time stands in the ledger.
 */
export async function parkEvent(
  d: DeadLetterDeps,
  parked: Parked,
): Promise<Result<{ deadLetterId: string }, WriteError | EphorError>> {
  for (let attempt = 1; ; attempt++) {
    const { id, writes } = await deadLetterWrites(d, {
      tenant: parked.tenant,
      kind: "event",
      source: digestOf([JSON.stringify(parked.envelope)]),
      content: parked.envelope,
      error: parked.error,
      attempts: parked.attempts,
      correlationId: parked.correlationId,
    });
    const done = await d.store.transact(writes);
    if (done.ok) return ok({ deadLetterId: id });
    // The letter came, or was redriven, since it was looked for.
    if (done.error.code !== "store.conflict" || attempt >= ATTEMPTS_MAX) return done;
  }
}
