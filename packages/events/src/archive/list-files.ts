import type { Dirent, Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "./reason.ts";

/** A file to read, or a place that cannot be. */
export type Listed =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "unreadable"; readonly file: string; readonly reason: string };

const FOLDER_DEPTH_MAX = 64;

/**
 * The files at `path`: itself, or all in the folder and those below it, in the order of their names. A path may be a
 * link, since somebody named it; links inside a folder are not followed, and told, as are pipes and devices. At most
 * `filesMax`.
 */
export async function* listFiles(path: string, { filesMax }: { readonly filesMax: number }): AsyncGenerator<Listed> {
  const found = await attempt(stat(path));
  if (found.kind === "failed") {
    yield { kind: "unreadable", file: path, reason: found.reason };
    return;
  }
  let files = 0;
  for await (const listed of walk(path, { entry: found.value, depth: 0 })) {
    files++;
    if (files > filesMax) {
      yield { kind: "unreadable", file: path, reason: `more than ${filesMax} files: the rest is not read` };
      return;
    }
    yield listed;
  }
}

async function* walk(
  path: string,
  { entry, depth }: { readonly entry: Dirent | Stats; readonly depth: number },
): AsyncGenerator<Listed> {
  if (entry.isFile()) yield { kind: "file", file: path };
  else if (entry.isDirectory()) yield* walkFolder(path, depth);
  else yield { kind: "unreadable", file: path, reason: "neither a file nor a folder: links are not followed" };
}

async function* walkFolder(path: string, depth: number): AsyncGenerator<Listed> {
  if (depth === FOLDER_DEPTH_MAX) {
    yield { kind: "unreadable", file: path, reason: `more than ${FOLDER_DEPTH_MAX} folders deep` };
    return;
  }
  const entries = await attempt(readdir(path, { withFileTypes: true }));
  if (entries.kind === "failed") {
    yield { kind: "unreadable", file: path, reason: entries.reason };
    return;
  }
  const byName = entries.value.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of byName) yield* walk(join(path, entry.name), { entry, depth: depth + 1 });
}

type Attempt<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly reason: string };

async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: "done", value: await work };
  } catch (cause) {
    return { kind: "failed", reason: reasonOf(cause) };
  }
}
