import type { ListPage } from "@ephor/api/use-cases";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { flag, type Invocation, text } from "./command.ts";
import { readTime, TIME_FORM } from "./time-option.ts";

export type Query = { readonly [name: string]: string | number | undefined };
const PAGE_MAX = 100;
const LIMIT_DEFAULT = 50;

/** Filters that are times: given as people write them, passed on as the API reads them. */
const TIMES = ["since", "until"];

/**
 * Items of a list, from as many pages as `--limit` or `--all` ask for, and whether there are more. `filters` are options
 * passed on by their names.
 */
export async function listPages<T>(
  { values }: Invocation,
  { filters, list }: { filters: readonly string[]; list: (query: Query) => Promise<Result<ListPage<T>>> },
): Promise<Result<{ readonly items: readonly T[]; readonly isMore: boolean }>> {
  const given = text(values, "limit");
  const wanted = flag(values, "all") ? Number.POSITIVE_INFINITY : Number(given ?? LIMIT_DEFAULT);
  if (given !== undefined && !/^[1-9]\d{0,8}$/.test(given))
    return err(ephorError("input.invalid", "--limit takes a whole number from 1"));
  const wrongTime = filters.find((name) => TIMES.includes(name) && isNoTime(text(values, name)));
  if (wrongTime !== undefined) return err(ephorError("input.invalid", `--${wrongTime} takes ${TIME_FORM}`));
  const query: Query = Object.fromEntries(filters.map((name) => [name, passedOn(name, text(values, name))]));
  const items: T[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await list({ ...query, cursor, limit: Math.min(PAGE_MAX, wanted - items.length) });
    if (!page.ok) return page;
    items.push(...page.value.items);
    const isMore = page.value.cursor !== null;
    if (!isMore || items.length >= wanted) return ok({ items, isMore });
    cursor = page.value.cursor ?? undefined;
  }
}

const isNoTime = (given: string | undefined): boolean => given !== undefined && readTime(given) === undefined;

const passedOn = (name: string, given: string | undefined): string | undefined =>
  given !== undefined && TIMES.includes(name) ? readTime(given) : given;
