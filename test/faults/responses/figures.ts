import type { World } from "./fault-world.ts";

type Ran = { readonly startedMs: number; readonly inFlight: readonly number[] };

/** What a run came to, in numbers; `inFlight`: responses under way at a kill, on average. */
export function figuresOf(world: World, { startedMs, inFlight }: Ran) {
  const { settings, proxy, receiver, people } = world;
  const victims = [...world.victims.values()];
  const sent = [...people.sent.values()];
  const changes = proxy.calls.filter(({ isChange }) => isChange);
  return {
    ...{ seed: settings.seed, kills: settings.kills, seconds: Math.round((performance.now() - startedMs) / 1000) },
    responses: Object.fromEntries(
      Object.entries(Object.groupBy(victims, ({ kind }) => kind.name)).map(([name, all = []]) => [name, all.length]),
    ),
    inFlight: Math.round(inFlight.reduce((sum, one) => sum + one, 0) / Math.max(1, inFlight.length)),
    rejected: victims.filter(({ verdict }) => !verdict.isApproved).length,
    decisions: sent.length,
    decisionsSentAgain: sent.filter(({ times }) => times > 1).length,
    awsCalls: { all: proxy.calls.length, changes: changes.length, done: changes.filter((one) => one.doneAt).length },
    awsFaults: proxy.counts,
    notices: { deliveries: receiver.receipts.length, told: new Set(receiver.receipts.map(({ id }) => id)).size },
    noticeFaults: receiver.counts,
  };
}
