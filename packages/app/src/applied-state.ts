import { type EphorError, EphorException } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Result } from "@ephor/domain/result";
import { decode, encode, type Snapshot } from "./items.ts";
import { appliedKey, snapshotKey } from "./keys.ts";
import type { Clock, Item, Key, Sealer, Store, Write } from "./ports.ts";
import type { PlanRef } from "./response-items.ts";
import { stateDigest } from "./response-target.ts";

/** `snapshot`: what stood there before apply; `applied`: what apply left. */
export type StateKind = "snapshot" | "applied";
const KEYS = { snapshot: snapshotKey, applied: appliedKey } as const;

const keyOf = (kind: StateKind, ref: PlanRef): Key => KEYS[kind](ref.tenant, ref);
/** A sealed state opens only as what it is, of the very plan. */
const contextOf = (kind: StateKind, { tenant, findingId, generation, planHash }: PlanRef): string =>
  [kind, tenant, findingId, generation, planHash].join(" ");

type Sealing = { readonly store: Store; readonly clock: Clock; readonly sealer: Sealer };

/** The write that keeps a whole state, sealed, in place of `known`. */
export async function stateWrite(
  d: Sealing,
  ref: PlanRef,
  of: { readonly kind: StateKind; readonly state: JsonObject; readonly known?: Item | undefined },
): Promise<Write> {
  const { kind, state, known } = of;
  const sealed = await d.sealer.seal({ text: JSON.stringify(state), context: contextOf(kind, ref) });
  const kept: Snapshot = { sealed, digest: stateDigest(state), at: d.clock.now() };
  const when =
    known === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: known.version } as const);
  return { kind: "put", item: { ...keyOf(kind, ref), ...encode(kind, kept) }, when };
}

export type KeptState = { readonly state: JsonObject; readonly digest: string; readonly item: Item };

/** A state as it was kept, or undefined. Throws where what is stored was changed: nothing may rest on it. */
export async function readState(
  d: Sealing,
  { kind, ...ref }: PlanRef & { readonly kind: StateKind },
): Promise<KeptState | undefined> {
  const item = await d.store.get(keyOf(kind, ref));
  if (item === undefined) return undefined;
  const { sealed, digest } = decode(kind, item);
  const state: unknown = JSON.parse(await d.sealer.open({ sealed, context: contextOf(kind, ref) }));
  if (!isJsonObject(state) || stateDigest(state) !== digest) throw new Error(`the sealed ${kind} is not what was kept`);
  return { state, digest, item };
}

/** Writes on its own what another may have written meanwhile: then theirs stands. */
export async function writeIfFirst(d: { readonly store: Store }, writes: readonly Write[]): Promise<void> {
  const done: Result<void, EphorError> = await d.store.transact(writes);
  if (!done.ok && done.error.code !== "store.conflict") throw new EphorException(done.error);
}
