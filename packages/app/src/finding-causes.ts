import type { Person } from "@ephor/domain/config/person";
import type { Finding } from "@ephor/domain/finding";
import { peopleOf } from "@ephor/domain/response-policy";
import { decode } from "./items.ts";
import { findingKey, MEMBER_PREFIX } from "./keys.ts";
import type { Store } from "./ports.ts";

/** Whose acts the events of a finding tell of. */
export type Causes = {
  /** People of the configuration who may have caused it: none of them decides on it. */
  readonly people: readonly string[];
  /** Whether these are all, and each act is one known person's. */
  readonly isCertain: boolean;
};

const PAGE = 500;
const MEMBERS_MAX = 2_000;

/**
 * Who caused a finding, from every event of it and not the first alone: whoever did it again decides on it no more than
 * whoever began (approvals.md). Beyond 2,000 events the newest are left out, and then nothing is certain.
 */
export async function causesOf(
  d: { readonly store: Store },
  { finding, people }: { finding: Finding; people: readonly Person[] },
): Promise<Causes> {
  const { actors, isWhole } = await actorsOf(d, finding);
  const mapped = actors.map((arn) => peopleOf(arn === null ? null : { type: "", id: "", arn }, people));
  const found = new Set([...peopleOf(finding.actor, people), ...mapped.flat()]);
  return { people: [...found], isCertain: isWhole && mapped.every((ids) => ids.length === 1) };
}

async function actorsOf(
  d: { readonly store: Store },
  { tenant, id, actor, occurrences }: Finding,
): Promise<{ actors: readonly (string | null)[]; isWhole: boolean }> {
  const first = actor?.arn ?? null;
  if (occurrences === 1) return { actors: [first], isWhole: true };
  const actors = new Set<string | null>([first]);
  const range = { tenant, pk: findingKey(tenant, id).pk, from: MEMBER_PREFIX, to: `${MEMBER_PREFIX}~`, limit: PAGE };
  let read = 0;
  let page = await d.store.query(range);
  for (;;) {
    for (const item of page.items) actors.add(decode("membership", item).actor ?? null);
    read += page.items.length;
    if (page.next === undefined) return { actors: [...actors], isWhole: true };
    if (read >= MEMBERS_MAX) return { actors: [...actors], isWhole: false };
    page = await d.store.query({ ...range, after: page.next });
  }
}
