import type { Position, Query } from "./ports.ts";

/** Sort keys stand in the order of their UTF-8 bytes, which is not that of JavaScript strings beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** What is left to read: bounds, and where to begin if that is inside them. */
export type KeyRange = { readonly from?: string; readonly to?: string; readonly after?: Position };

/**
 * The range of a query narrowed by the position it continues after, or undefined where nothing can be left.
 * The narrowed bound is inclusive: other items may share the position's sort key in an index. DynamoDB refuses a
 * reversed range and a position outside the range; here the one is a range without items, the other is not needed.
 */
export function remainingRange(query: Query): KeyRange | undefined {
  const { after, descending } = query;
  const place = query.index === undefined ? after?.sk : after?.at?.sk;
  const from = descending === true ? query.from : later(query.from, place);
  const to = descending === true ? earlier(query.to, place) : query.to;
  if (from !== undefined && to !== undefined && compareKeys(from, to) > 0) return undefined;
  const isInside = place === (descending === true ? to : from);
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(after !== undefined && isInside && { after }),
  };
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareKeys(a, b) > 0 ? a : b;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareKeys(a, b) < 0 ? a : b;
}
