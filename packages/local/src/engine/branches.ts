import type { Activity, Branch, StatePosition } from "./types.ts";

export const ROOT = "root";

/** A branch's id: it names the event that began it, so that it is the same after a restart. */
export const branchId = (parent: string, startedEventId: number, index: number): string =>
  `${parent}/${startedEventId}.${index}`;

export const isWithin = (id: string, ancestor: string): boolean => id.startsWith(`${ancestor}/`);

export const withActivity = (branch: Branch, at: StatePosition, activity: Activity): Branch => ({
  ...branch,
  at: { ...at, activity },
});

/** Seconds after `at`, RFC 3339 with milliseconds. Beyond what a date can hold it stays at the furthest. */
export const laterThan = (at: string, seconds: number): string =>
  new Date(Math.min(Date.parse(at) + Math.round(seconds * 1_000), 253_402_300_799_999)).toISOString();

/** The event that began a branch, read from its id; 0 for the root. */
export const startOf = (id: string): number => Number(id.slice(id.lastIndexOf("/") + 1).split(".", 1)[0]) || 0;

/** The branch that `id` was begun in and its index there; nothing for the root. */
export function placeOf(id: string): { readonly parent: string; readonly index: number } | undefined {
  const slash = id.lastIndexOf("/");
  return slash < 0 ? undefined : { parent: id.slice(0, slash), index: Number(id.slice(id.lastIndexOf(".") + 1)) };
}
