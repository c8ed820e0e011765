import type { ListPage } from "@ephor/api/use-cases";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { flag, type Invocation, text } from "./command.ts";

type Query = { readonly [name: string]: string | number | undefined };
const PAGE_MAX = 100;
const LIMIT_DEFAULT = 50;

/** Items of a list, from as many pages as `--limit` or `--all` ask for. `filters` are options passed on by their names. */
export async function listPages<T>(
  { values }: Invocation,
  { filters, list }: { filters: readonly string[]; list: (query: Query) => Promise<Result<ListPage<T>>> },
): Promise<Result<readonly T[]>> {
  const given = text(values, "limit");
  const wanted = flag(values, "all") ? Number.POSITIVE_INFINITY : Number(given ?? LIMIT_DEFAULT);
  if (given !== undefined && !/^[1-9]\d{0,8}$/.test(given))
    return err(ephorError("input.invalid", "--limit takes a whole number from 1"));
  const query: Query = Object.fromEntries(filters.map((name) => [name, text(values, name)]));
  const items: T[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await list({ ...query, cursor, limit: Math.min(PAGE_MAX, wanted - items.length) });
    if (!page.ok) return page;
    items.push(...page.value.items);
    if (page.value.cursor === null || items.length >= wanted) return ok(items);
    cursor = page.value.cursor;
  }
}
