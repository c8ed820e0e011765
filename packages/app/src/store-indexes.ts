import type { IndexName } from "./ports.ts";

export const INDEX_NAMES = ["byTime", "byResource", "byOpen", "due"] as const satisfies readonly IndexName[];
