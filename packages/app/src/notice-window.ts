import { EphorException } from "@ephor/domain/error";
import type { Tenant } from "@ephor/domain/tenant";
import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import { effectWrite } from "./effects.ts";
import { decode, encode, type HeldNotice } from "./items.ts";
import { heldKey, heldRange, noticeWindowKey } from "./keys.ts";
import type { Clock, Item, Store, Write } from "./ports.ts";

type Deps = { readonly store: Store; readonly clock: Clock };
type Place = { readonly tenant: Tenant; readonly channel: string; readonly alike: string };

const ATTEMPTS_MAX = 20;
/** Held notices that nobody ever sent, since their effect was lost with its dead letter. */
const KEPT_SECONDS = 30 * 86_400;

type Arriving = Place & HeldNotice & { readonly groupSeconds: number; readonly effectId: string };
/** `now`: it opens a window and goes at once. `held`: the writes that keep it until the window's end, for one commit with its effect. */
export type WindowPlace = { readonly kind: "now" } | { readonly kind: "held"; readonly writes: readonly Write[] };

/**
 * Whether a notice goes at once or waits for those like it. The first opens a window, also when it is tried again; what
 * comes within is held. The commit that holds one checks the window's version, so that none slips behind its end.
 */
export async function placeInWindow(d: Deps, arriving: Arriving): Promise<WindowPlace> {
  const { tenant, groupSeconds, effectId } = arriving;
  const key = noticeWindowKey(tenant, arriving);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const item = await d.store.get(key);
    const now = d.clock.now();
    const window = item && decode("notice-window", item);
    if (item !== undefined && window !== undefined && window.endsAt > now) {
      if (window.first === effectId) return { kind: "now" };
      return { kind: "held", writes: heldWrites(arriving, { item, endsAt: window.endsAt, now }) };
    }
    const opened = await d.store.transact([
      windowWrite(arriving, { known: item, endsAt: addSeconds(now, groupSeconds), first: effectId }),
    ]);
    if (opened.ok) return { kind: "now" };
    if (opened.error.code !== "store.conflict") throw new EphorException(opened.error);
  }
  throw new Error(`the window of ${arriving.channel} changed ${ATTEMPTS_MAX} times while it was read`);
}

type Opened = { readonly known: Item | undefined; readonly endsAt: Timestamp; readonly first: string | null };

function windowWrite(place: Place, { known, endsAt, first }: Opened): Write {
  const item = {
    ...noticeWindowKey(place.tenant, place),
    ...encode("notice-window", { endsAt, first }),
    expiresAt: Math.floor(epochMsOf(endsAt) / 1000) + KEPT_SECONDS,
  };
  return { kind: "put", item, when: known ? { kind: "version", version: known.version } : { kind: "absent" } };
}

function heldWrites(
  arriving: Arriving,
  { item, endsAt, now }: { item: Item; endsAt: Timestamp; now: Timestamp },
): readonly Write[] {
  const { tenant, channel, alike, effectId, notice, correlationId } = arriving;
  const held = {
    ...heldKey(tenant, { channel, alike, endsAt, effectId }),
    ...encode("held-notice", { notice, correlationId }),
    expiresAt: Math.floor(epochMsOf(now) / 1000) + KEPT_SECONDS,
  };
  return [
    { kind: "check", key: item, when: { kind: "version", version: item.version } },
    { kind: "put", item: held, when: { kind: "any" } },
    // The correlation id is the window's own, so that all who are held ask for one and the same effect.
    effectWrite({
      tenant,
      effect: { kind: "notify-group", channel, alike, endsAt, correlationId: `window ${endsAt}` },
      at: endsAt,
    }),
  ];
}

/** Ends the window, if it is still this one: from here on nothing joins it. What comes next waits for the one that follows. */
export async function closeWindow(
  d: Deps,
  { endsAt, groupSeconds, ...place }: Place & { readonly endsAt: Timestamp; readonly groupSeconds: number },
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const known = await d.store.get(noticeWindowKey(place.tenant, place));
    if (known === undefined || decode("notice-window", known).endsAt !== endsAt) return;
    const next = addSeconds(d.clock.now(), groupSeconds);
    const done = await d.store.transact([windowWrite(place, { known, endsAt: next, first: null })]);
    if (done.ok) return;
    if (done.error.code !== "store.conflict") throw new EphorException(done.error);
  }
  throw new Error(`the window of ${place.channel} changed ${ATTEMPTS_MAX} times while it was closed`);
}

export type Held = HeldNotice & { readonly item: Item };

/** Everything that is held of a window, in no order that means anything. */
export async function heldIn(
  d: Pick<Deps, "store">,
  { tenant, ...of }: Place & { readonly endsAt: Timestamp },
): Promise<readonly Held[]> {
  const range = heldRange(tenant, of);
  const held: Held[] = [];
  let page = await d.store.query({ ...range, limit: 1000 });
  for (;;) {
    held.push(...page.items.map((item) => ({ ...decode("held-notice", item), item })));
    if (page.next === undefined) return held;
    page = await d.store.query({ ...range, limit: 1000, after: page.next });
  }
}
