import { type DeadLetter, decode, type ExecutionLine } from "@ephor/app/items";
import { TIMELINE_PREFIX } from "@ephor/app/keys";
import type { Item } from "@ephor/app/ports";
import type { Finding } from "@ephor/domain/finding";
import type { TimelineEntry } from "@ephor/domain/timeline";
import { isWaiting } from "@ephor/local/inbox/inbox-row";
import type { LedgerRow, StoreRows } from "../support/store-rows.ts";

/** A store as the checks look at it. */
export type Facts = {
  /** Inbox id -> whether it is done. */
  readonly inbox: ReadonlyMap<string, boolean>;
  readonly findings: ReadonlyMap<string, Finding>;
  /** Finding id -> the identities that are its members. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly timelines: ReadonlyMap<string, readonly TimelineEntry[]>;
  readonly executions: readonly ExecutionLine[];
  /** Execution id -> the ids of its history's events, in the order of their rows. */
  readonly histories: ReadonlyMap<string, readonly number[]>;
  readonly effects: readonly string[];
  readonly deadLetters: readonly DeadLetter[];
  readonly records: readonly LedgerRow[];
};

export function factsOf({ items, records }: StoreRows): Facts {
  const of = (prefix: string, isSort: (sk: string) => boolean) =>
    items.filter(({ pk, sk }) => pk.startsWith(prefix) && isSort(sk));
  const isSelf = (sk: string) => sk === "@";
  return {
    inbox: new Map(of("inbox#", isSelf).map((item) => [idOf(item), !isWaiting(item)])),
    findings: new Map(of("finding#", isSelf).map((item) => [idOf(item), decode("finding", item)])),
    members: grouped(
      of("finding#", (sk) => sk.startsWith("member#")),
      (item) => [decode("membership", item).identity],
    ),
    timelines: grouped(
      of("finding#", (sk) => sk.startsWith(TIMELINE_PREFIX)),
      (item) => [decode("timeline", item)],
    ),
    executions: of("execution#", isSelf).map((item) => decode("execution", item)),
    histories: grouped(
      of("execution#", (sk) => sk.startsWith("h#")).sort((a, b) => (a.sk < b.sk ? -1 : 1)),
      eventIdsIn,
    ),
    effects: of("effect#", isSelf).map(idOf),
    deadLetters: of("dead-letter#", isSelf).map((item) => decode("dead-letter", item)),
    records,
  };
}

const idOf = ({ pk }: Item): string => pk.slice(pk.indexOf("#") + 1);

function grouped<T>(items: readonly Item[], read: (item: Item) => readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(idOf(item));
    if (group === undefined) groups.set(idOf(item), [...read(item)]);
    else group.push(...read(item));
  }
  return groups;
}

function eventIdsIn(item: Item): readonly number[] {
  const { events } = item.data;
  return Array.isArray(events) ? events.map((event) => Number(event.id)) : [];
}
