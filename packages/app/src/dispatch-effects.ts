import { type EphorError, EphorException } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import { assertNever, err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp } from "@ephor/domain/time";
import { delayMs, EFFECT } from "./backoff.ts";
import { type DeadLetterDeps, deadLetterWrites } from "./dead-letters.ts";
import type { DeliveringGroup } from "./deliver-group.ts";
import { type Carried, type Delivering, DONE } from "./deliver-notice.ts";
import { effectItem } from "./effects.ts";
import { decode, type Effect, type StoredEffect } from "./items.ts";
import { EFFECTS_DUE, isNoticesDue, noticesDue } from "./keys.ts";
import { failureOf, notToldWrites } from "./not-told.ts";
import { type NoticeChannelsDeps, noticeChannels } from "./notice-channels.ts";
import type { Executions, Item, Key, Log, NotifyError, Position, Query, TaskTokens, Write } from "./ports.ts";

type EffectOf<K extends Effect["kind"]> = { readonly tenant: Tenant } & Omit<Extract<Effect, { kind: K }>, "kind">;
export type CarryOutError = EphorError & Pick<NotifyError, "retryAfterSeconds">;

export type EffectDeps = DeadLetterDeps &
  NoticeChannelsDeps & {
    readonly log: Log;
    readonly executions: Executions;
    readonly taskTokens: TaskTokens;
    /** Tells people of what a notice names. */
    readonly deliverNotice: (of: Delivering) => Promise<Result<Carried, CarryOutError>>;
    readonly deliverGroup: (of: DeliveringGroup) => Promise<Result<Carried, CarryOutError>>;
    /** Counts a decision that was taken in Slack, or tells the person why not. */
    readonly decideFromSlack: (of: EffectOf<"decide">) => Promise<Result<void, CarryOutError>>;
    /** Hands in an event of Ephor's own. */
    readonly putEvent: (of: EffectOf<"put-event">) => Promise<Result<unknown, CarryOutError>>;
  };

/** Answers that mean the effect has been carried out before. */
const DONE_BEFORE: ReadonlySet<string> = new Set(["execution.already-exists", "task.does-not-exist", "task.timed-out"]);
/** Answers that no further try can change; a person may, and redrive it. */
const HOPELESS: ReadonlySet<string> = new Set(["notify.refused"]);
const PAGE = 100;

/** How many were tried, and when the next one is due. */
export type Dispatched = { readonly tried: number; readonly nextAt: Timestamp | null };

/** Notices that are under way and not waited for. */
export type Lane = {
  /** Whether it stands in the lane. Where it does in another version, it is looked for once more when it has left. */
  has(of: Pick<Entry, "id" | "version">): boolean;
  /** One channel's notices leave room for those of others. Where there is none now, the channel is looked at once more later. */
  hasRoomFor(channel: string): boolean;
  /** Runs it now; it stands in the lane until it is over. One that stands in it already is looked for once more then. */
  enter(of: Entry & { readonly channel: string; readonly run: () => Promise<void> }): void;
};
type Entry = { readonly id: string; readonly version: number };

/**
 * Carries out the tenant's effects that are due, each at least once; what fails waits with back-off and becomes a dead letter
 * in the end. Resolves when all that were tried are over. No queue waits for another.
 */
export async function dispatchEffects(d: EffectDeps, tenant: Tenant): Promise<Dispatched> {
  const channels = await noticeChannels(d);
  const queues = [EFFECTS_DUE, ...channels.map(noticesDue)];
  return inAll(await Promise.all(queues.map((queue) => dispatchQueue(d, { tenant, queue }))));
}

const inAll = (all: readonly Dispatched[]): Dispatched => ({
  tried: all.reduce((sum, { tried }) => sum + tried, 0),
  nextAt: all.flatMap(({ nextAt }) => nextAt ?? []).sort()[0] ?? null,
});

/** The same for one queue. */
export async function dispatchQueue(
  d: EffectDeps,
  { tenant, queue }: { readonly tenant: Tenant; readonly queue: string },
): Promise<Dispatched> {
  let tried = 0;
  // What fails now is due again later, however short its wait: not in this run, or one run would use up its tries.
  const now = d.clock.now();
  let after: Position | undefined;
  for (;;) {
    const page = await d.store.query(pageOf({ tenant, queue, after }));
    const due = page.items.filter((item) => dueAt(item) <= now);
    await Promise.all(due.map((item) => tryEffect(d, { tenant, item })));
    tried += due.length;
    const later = page.items[due.length];
    if (later !== undefined) return { tried, nextAt: dueAt(later) };
    if (page.next === undefined) return { tried, nextAt: null };
    after = page.next;
  }
}

type Looking = { readonly tenant: Tenant; readonly queue: string; readonly after: Position | undefined };
const pageOf = ({ tenant, queue: pk, after }: Looking): Query => ({
  ...{ tenant, index: "due", pk, limit: PAGE },
  ...(after === undefined ? {} : { after }),
});

type Filling = { readonly tenants: readonly Tenant[]; readonly lane: Lane };

/** Has the lane take up every channel's notices that are due, as far as each has room, and waits for none of them. */
export async function dispatchNotices(d: EffectDeps, { tenants, lane }: Filling): Promise<Dispatched> {
  const channels = await noticeChannels(d);
  const all = tenants.flatMap((tenant) => channels.map((channel) => fillLane(d, { tenant, channel, lane })));
  return inAll(await Promise.all(all));
}

async function fillLane(
  d: EffectDeps,
  { tenant, channel, lane }: { readonly tenant: Tenant; readonly channel: string; readonly lane: Lane },
): Promise<Dispatched> {
  let tried = 0;
  let after: Position | undefined;
  const now = d.clock.now();
  do {
    if (!lane.hasRoomFor(channel)) break;
    const page = await d.store.query(pageOf({ tenant, queue: noticesDue(channel), after }));
    for (const item of page.items) {
      if (dueAt(item) > now) return { tried, nextAt: dueAt(item) };
      if (lane.has(entryOf(item))) continue;
      if (!lane.hasRoomFor(channel)) return { tried, nextAt: null };
      enterLane(d, { tenant, item, lane });
      tried++;
    }
    after = page.next;
  } while (after !== undefined);
  return { tried, nextAt: null };
}

/**
 * Takes up a notice that was stored a moment ago, where it is due and the lane has room; what waits with it in the queue is
 * not read for it. Whatever is left out is still in the queue. Resolves when it has begun.
 */
export async function dispatchStored(
  d: EffectDeps,
  { key, lane }: { readonly key: Key; readonly lane: Lane },
): Promise<void> {
  const item = await d.store.get(key);
  if (item === undefined || dueAt(item) > d.clock.now() || !lane.hasRoomFor(channelOf(item))) return;
  enterLane(d, { tenant: key.tenant, item, lane });
}

type Entering = Trying & { readonly lane: Lane };

const enterLane = (d: EffectDeps, { tenant, item, lane }: Entering): void =>
  lane.enter({ ...entryOf(item), channel: channelOf(item), run: () => tryEffect(d, { tenant, item }) });

const entryOf = ({ tenant, pk, version }: Item): Entry => ({ id: `${tenant} ${pk}`, version });

/** The channel that an effect's item is about; none where it is about none. */
function channelOf(item: Pick<Item, "pk" | "v" | "data">): string {
  const { effect } = decode("effect", item);
  return "channel" in effect ? effect.channel : "";
}

/** When an effect's item is to be tried. */
export const dueAt = (item: Pick<Item, "indexes">): Timestamp =>
  (item.indexes?.due?.sk.split("#")[0] ?? "") as Timestamp;

type Trying = { readonly tenant: Tenant; readonly item: Item };

async function tryEffect(d: EffectDeps, { tenant, item }: Trying): Promise<void> {
  const { reserved, ...stored } = decode("effect", item);
  const outcome = await attempt(() => carryOut(d, { tenant, stored, reserved: reserved === true }));
  if (outcome.ok) return settle(d, { tenant, item, carried: outcome.value });
  if (DONE_BEFORE.has(outcome.error.code)) return settle(d, { tenant, item, carried: DONE });
  await tryLater(d, { tenant, item, stored, error: outcome.error });
}

/** Takes the effect away, in one commit with what was done by it, or has it wait. */
async function settle(d: EffectDeps, { tenant, item, carried }: Trying & { carried: Carried }): Promise<void> {
  if (carried.kind === "stopped") return;
  const when = { kind: "version", version: item.version } as const;
  if (carried.kind === "wait") {
    const { reserved: _, ...stored } = decode("effect", item);
    const { until: at } = carried;
    await d.store.transact([{ kind: "put", item: effectItem(tenant, { ...stored, at, reserved: true }), when }]);
    return;
  }
  const gone: Write = { kind: "delete", key: item, when };
  // Nobody waits behind a notice. What a crash loses of it here is told again under the same id.
  const lazily = isNoticesDue(item.indexes?.due?.pk);
  const done = await d.store.transact([gone, ...carried.writes], { lazily });
  if (done.ok || carried.writes.length === 0 || done.error.path === "/0") return;
  if (done.error.code !== "store.conflict") throw new EphorException(done.error);
  const again: Write = {
    kind: "put",
    item: effectItem(tenant, { ...decode("effect", item), at: d.clock.now() }),
    when,
  };
  await d.store.transact([carried.onConflict === "again" ? again : gone]);
}

async function tryLater(
  d: EffectDeps,
  { tenant, item, stored, error }: Trying & { stored: StoredEffect; error: CarryOutError },
): Promise<void> {
  const attempts = stored.attempts + 1;
  const { effect } = stored;
  const correlation_id = "correlationId" in effect ? effect.correlationId : null;
  d.log.warn("effect.failed", { effect: stored.id, kind: effect.kind, attempts, code: error.code, correlation_id });
  const wait = HOPELESS.has(error.code) ? undefined : delayMs(EFFECT, { attempts, random: d.random });
  if (wait === undefined) {
    await d.store.transact(await giveUp(d, { tenant, item, error, attempts }));
    return;
  }
  const waitSeconds = Math.max(wait / 1000, error.retryAfterSeconds ?? 0);
  const next = effectItem(tenant, { ...stored, attempts, at: addSeconds(d.clock.now(), waitSeconds) });
  await d.store.transact([{ kind: "put", item: next, when: { kind: "version", version: item.version } }]);
}

/** What it reaches may be down: that is a failed try like another, to be counted and made again. */
async function attempt(work: () => Promise<Result<Carried, CarryOutError>>): Promise<Result<Carried, CarryOutError>> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EphorException) return err(cause.error);
    throw cause;
  }
}

type Due = { readonly tenant: Tenant; readonly stored: StoredEffect; readonly reserved: boolean };
const done = (result: Result<unknown, CarryOutError>): Result<Carried, CarryOutError> =>
  result.ok ? ok(DONE) : result;

async function carryOut(d: EffectDeps, { tenant, stored, reserved }: Due): Promise<Result<Carried, CarryOutError>> {
  const { id: effectId, effect } = stored;
  switch (effect.kind) {
    case "start-execution": {
      const { workflow, name, input, correlationId } = effect;
      return done(await d.executions.start({ tenant, workflow, name, input, correlationId }));
    }
    case "answer-task": {
      const { token, answer } = effect;
      if (answer.kind === "success") return done(await d.taskTokens.succeed({ tenant, token, output: answer.output }));
      return done(await d.taskTokens.fail({ tenant, token, error: answer.error, cause: answer.cause }));
    }
    case "notify":
      return d.deliverNotice({ tenant, effectId, reserved, ...effect });
    case "notify-group":
      return d.deliverGroup({ tenant, effectId, reserved, ...effect });
    case "decide":
      return done(await d.decideFromSlack({ tenant, ...effect }));
    case "put-event":
      return done(await d.putEvent({ tenant, ...effect }));
    default:
      return assertNever(effect);
  }
}

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
    error: failureOf({ effect, error }),
    attempts,
    correlationId,
  });
  const gone: Write = { kind: "delete", key: item, when: { kind: "version", version: item.version } };
  return [gone, ...letter.writes, ...notToldWrites({ tenant, id, effect, error, at: d.clock.now() })];
}
