import type { CatalogueEntry } from "./wire-use-cases.ts";

/** Why findings of a detection matter; a pass-through's finding names `<detection>:<type>` (findings.md). */
export function whyOf(catalogue: readonly CatalogueEntry[], found: string): string | null {
  const [id] = found.split(":");
  return catalogue.find(({ line }) => line.id === id)?.description ?? null;
}
