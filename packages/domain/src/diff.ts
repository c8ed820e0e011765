import { canonicalJson } from "./canonical-json.ts";
import { isJsonObject, type Json } from "./json.ts";

/** One field that differs: its JSON pointer, and its value on each side; a side is absent where the field is. */
export type DiffEntry = { readonly path: string; readonly before?: Json; readonly after?: Json };

const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/**
 * The fields in which `after` differs from `before`, in the order of their paths: the same two values always give the
 * same entries. Objects are walked; lists are compared as wholes, since the place of an element says nothing in a set.
 */
export function diffOf(before: Json, after: Json, path = ""): readonly DiffEntry[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isJsonObject(before) || !isJsonObject(after)) return [{ path: path === "" ? "/" : path, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key): readonly DiffEntry[] => {
    const at = `${path}/${escaped(key)}`;
    const [old, now] = [before[key], after[key]];
    if (old === undefined && now === undefined) return [];
    if (old === undefined) return now === undefined ? [] : [{ path: at, after: now }];
    if (now === undefined) return [{ path: at, before: old }];
    return diffOf(old, now, at);
  });
}
