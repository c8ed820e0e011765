import type { Json, JsonObject } from "@ephor/domain/json";
import { ARRAY_NESTING_MAX, isArray, isScalar } from "./field-values.ts";

/** Fields by the segments of their paths. */
type Branch<T> = { readonly next: Map<string, Branch<T>>; item: T | undefined };
const newBranch = <T>(): Branch<T> => ({ next: new Map(), item: undefined });

/**
 * Finds which of many fields an event may hold by going through the event, not through the fields: the cost grows
 * with the event. For sets with so many different fields that asking for each would cost more.
 */
export class PresentFields<T> {
  readonly #root = newBranch<T>();

  add(segments: readonly string[], item: T): void {
    let branch = this.#root;
    for (const segment of segments) {
      const next = branch.next.get(segment) ?? newBranch<T>();
      branch.next.set(segment, next);
      branch = next;
    }
    branch.item = item;
  }

  /** Calls `take` with every field that has something in `event`, more than once where arrays repeat it. */
  each(event: JsonObject, take: (item: T) => void): void {
    visit(event, { branch: this.#root, depth: 0, take });
  }
}

type Spot<T> = { readonly branch: Branch<T>; readonly depth: number; readonly take: (item: T) => void };

function visit<T>(value: Json, spot: Spot<T>): void {
  const { branch, take } = spot;
  if (isArray(value)) visitArray(value, spot);
  else if (!isScalar(value)) visitObject(value, spot);
  else if (branch.item !== undefined) take(branch.item);
}

function visitArray<T>(array: readonly Json[], { branch, depth, take }: Spot<T>): void {
  if (branch.item !== undefined && array.length > 0) take(branch.item);
  if (depth === ARRAY_NESTING_MAX) return;
  for (const element of array) if (!isScalar(element)) visit(element, { branch, depth: depth + 1, take });
}

function visitObject<T>(object: JsonObject, { branch, depth, take }: Spot<T>): void {
  if (branch.next.size === 0) return;
  for (const [key, inside] of Object.entries(object)) {
    const next = follow(branch, key);
    if (next !== undefined) visit(inside, { branch: next, depth, take });
  }
}

/** A key with dots stands for several segments. */
function follow<T>(branch: Branch<T>, key: string): Branch<T> | undefined {
  if (!key.includes(".")) return branch.next.get(key);
  let at: Branch<T> | undefined = branch;
  for (const segment of key.split(".")) at = at?.next.get(segment);
  return at;
}
