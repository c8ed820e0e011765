import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder of this test's own, and what removes it. */
export function tempFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "ephor-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
