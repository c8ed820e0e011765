import type { Query } from "./ports.ts";

/** Sort keys stand in the order of their UTF-8 bytes, which is not that of JavaScript strings beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The bounds that are left to read. */
export type KeyRange = { readonly from?: string; readonly to?: string };

/**
 * The bounds of a query narrowed by the position it continues after, or undefined where nothing can be left.
 * The narrowed bound is inclusive: other items may share the position's sort key in an index. DynamoDB refuses a
 * reversed range and a start outside the range; here both are simply ranges without items.
 */
export function remainingRange(query: Query): KeyRange | undefined {
  const after = query.index === undefined ? query.after?.sk : query.after?.at?.sk;
  const from = query.descending === true ? query.from : later(query.from, after);
  const to = query.descending === true ? earlier(query.to, after) : query.to;
  if (from !== undefined && to !== undefined && compareKeys(from, to) > 0) return undefined;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareKeys(a, b) > 0 ? a : b;
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareKeys(a, b) < 0 ? a : b;
}
