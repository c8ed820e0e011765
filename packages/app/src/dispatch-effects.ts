import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import { assertNever, err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp } from "@ephor/domain/time";
import { delayMs, EFFECT } from "./backoff.ts";
import { type DeadLetterDeps, deadLetterWrites } from "./dead-letters.ts";
import { effectItem } from "./effects.ts";
import { decode, type Effect } from "./items.ts";
import { EFFECTS_DUE } from "./keys.ts";
import type { Executions, Item, Log, TaskTokens, Write } from "./ports.ts";

export type EffectDeps = DeadLetterDeps & {
  readonly log: Log;
  readonly executions: Executions;
  readonly taskTokens: TaskTokens;
  readonly deliverNotice?: DeliverNotice;
  readonly putEvent?: PutEvent;
};
/** Tells people of what a notice names (`effectId` tells repeats apart). */
export type DeliverNotice = (
  of: { readonly tenant: Tenant; readonly effectId: string } & Omit<Extract<Effect, { kind: "notify" }>, "kind">,
) => Promise<Result<void>>;
/** Hands in an event of Ephor's own. */
export type PutEvent = (
  of: { readonly tenant: Tenant } & Omit<Extract<Effect, { kind: "put-event" }>, "kind">,
) => Promise<Result<void>>;

/** Answers that mean the effect has been carried out before. */
const DONE_BEFORE: ReadonlySet<string> = new Set(["execution.already-exists", "task.does-not-exist", "task.timed-out"]);
const PAGE = 100;

/**
 * Carries out the tenant's effects that are due, each at least once; what fails waits with back-off and becomes a dead letter
 * in the end. Gives how many were tried and when the next one is due.
 */
export async function dispatchEffects(
  d: EffectDeps,
  tenant: Tenant,
): Promise<{ tried: number; nextAt: Timestamp | null }> {
  let tried = 0;
  // What fails now is due again later, however short its wait: not in this run, or one run would use up its tries.
  const now = d.clock.now();
  for (;;) {
    const { items } = await d.store.query({ tenant, index: "due", pk: EFFECTS_DUE, limit: PAGE });
    const due = items.filter((item) => dueAt(item) <= now);
    await Promise.all(due.map((item) => tryEffect(d, { tenant, item })));
    tried += due.length;
    const later = items.find((item) => dueAt(item) > now);
    if (later !== undefined) return { tried, nextAt: dueAt(later) as Timestamp };
    if (due.length === 0) return { tried, nextAt: null };
  }
}

const dueAt = (item: Item): string => item.indexes?.due?.sk.split("#")[0] ?? "";

async function tryEffect(d: EffectDeps, { tenant, item }: { tenant: Tenant; item: Item }): Promise<void> {
  const stored = decode("effect", item);
  const when = { kind: "version", version: item.version } as const;
  const outcome = await attempt(() => carryOut(d, { tenant, id: stored.id, effect: stored.effect }));
  if (outcome.ok || DONE_BEFORE.has(outcome.error.code)) {
    await d.store.transact([{ kind: "delete", key: item, when }]);
    return;
  }
  const attempts = stored.attempts + 1;
  const { effect } = stored;
  const correlation_id = "correlationId" in effect ? effect.correlationId : null;
  d.log.warn("effect.failed", {
    effect: stored.id,
    kind: effect.kind,
    attempts,
    code: outcome.error.code,
    correlation_id,
  });
  const wait = delayMs(EFFECT, { attempts, random: d.random });
  const writes: readonly Write[] =
    wait === undefined
      ? await giveUp(d, { tenant, item, error: outcome.error, attempts })
      : [
          {
            kind: "put",
            item: effectItem(tenant, { ...stored, attempts, at: addSeconds(d.clock.now(), wait / 1000) }),
            when,
          },
        ];
  await d.store.transact(writes);
}

/** What it reaches may be down: that is a failed try like another, to be counted and made again. */
async function attempt(work: () => Promise<Result<void>>): Promise<Result<void>> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EphorException) return err(cause.error);
    throw cause;
  }
}

type Due = { tenant: Tenant; id: string; effect: Effect };

async function carryOut(d: EffectDeps, { tenant, id, effect }: Due): Promise<Result<void>> {
  switch (effect.kind) {
    case "start-execution": {
      const { workflow, name, input, correlationId } = effect;
      const started = await d.executions.start({ tenant, workflow, name, input, correlationId });
      return started.ok ? ok(undefined) : started;
    }
    case "answer-task": {
      const { token, answer } = effect;
      if (answer.kind === "success") return d.taskTokens.succeed({ tenant, token, output: answer.output });
      return d.taskTokens.fail({ tenant, token, error: answer.error, cause: answer.cause });
    }
    case "notify":
      return d.deliverNotice?.({ tenant, effectId: id, ...effect }) ?? notWired(effect);
    case "notify-group":
    case "decide":
      return notWired(effect);
    case "put-event":
      return d.putEvent?.({ tenant, ...effect }) ?? notWired(effect);
    default:
      return assertNever(effect);
  }
}

const notWired = ({ kind }: Effect): Result<void> => err(ephorError("notify.refused", `nothing carries out ${kind}`));

type GivenUp = { tenant: Tenant; item: Item; error: EphorError; attempts: number };

async function giveUp(d: EffectDeps, { tenant, item, error, attempts }: GivenUp): Promise<readonly Write[]> {
  const { id, effect } = decode("effect", item);
  const correlationId = "correlationId" in effect ? effect.correlationId : id;
  const content = effect as JsonObject;
  const letter = await deadLetterWrites(d, {
    tenant,
    kind: "effect",
    source: id,
    content,
    error,
    attempts,
    correlationId,
  });
  return [{ kind: "delete", key: item, when: { kind: "version", version: item.version } }, ...letter.writes];
}
