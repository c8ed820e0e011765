import { canonicalJson } from "@ephor/domain/canonical-json";
import { digestOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { type Effect, encode, type StoredEffect } from "./items.ts";
import { EFFECTS_DUE, effectKey, noticesDue, timeAndId } from "./keys.ts";
import type { ItemInput, Write } from "./ports.ts";

/** An effect has the id of its content, so the same effect twice is one item. */
const effectId = (effect: Effect): string => `eff_${digestOf([canonicalJson(effect as JsonObject)])}`;

const queueOf = (effect: Effect): string =>
  effect.kind === "notify" || effect.kind === "notify-group" ? noticesDue(effect.channel) : EFFECTS_DUE;

/** The item of an effect that is to be tried at `at`; the sparse `due` index is what the dispatcher reads, the notices of each channel apart from the rest. */
export function effectItem(tenant: Tenant, stored: StoredEffect & { at: Timestamp }): ItemInput {
  const { at, ...data } = stored;
  return {
    ...effectKey(tenant, stored.id),
    ...encode("effect", data),
    indexes: { due: { pk: queueOf(stored.effect), sk: timeAndId(at, stored.id) } },
  };
}

/** The write that makes `effect` part of the commit it follows from (architecture rule 5). */
export function effectWrite({ tenant, effect, at }: { tenant: Tenant; effect: Effect; at: Timestamp }): Write {
  const item = effectItem(tenant, { id: effectId(effect), effect, attempts: 0, at });
  return { kind: "put", item, when: { kind: "any" } };
}
