import { rmSync } from "node:fs";
import { join } from "node:path";
import { FUNCTIONS } from "../../functions/functions.ts";
import { bundleAll, environmentFor, loadBundle } from "../bundle/bundled.ts";
import { type BenchRow, median, rounded } from "./row.ts";

const LOADS = 9;
const SIZE = { unit: "KB", must: "< 1,000", reach: "400" };
const IMPORT = { unit: "ms", must: "< 200", reach: "100" };

/** Each function's bundle: its size, and how long a new process takes to import it (the median of nine). */
export async function benchBundles(): Promise<readonly BenchRow[]> {
  const { sizes, folder } = await bundleAll();
  const rows: BenchRow[] = [];
  try {
    for (const { name, environment } of FUNCTIONS) {
      const { atImport = 0, whole = 0 } = sizes.get(name) ?? {};
      const kilobytes = atImport / 1_000;
      const milliseconds = await medianLoad(join(folder, name, "index.mjs"), environmentFor(environment));
      rows.push({ name: `bundle of ${name}`, value: rounded(kilobytes, 0), ok: kilobytes < 1_000, ...SIZE });
      if (whole > atImport)
        rows.push({ name: `with what ${name} loads later`, value: rounded(whole / 1_000, 0), unit: "KB" });
      rows.push({ name: `import of ${name}`, value: rounded(milliseconds, 0), ok: milliseconds < 200, ...IMPORT });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return rows;
}

async function medianLoad(file: string, environment: Record<string, string>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < LOADS; i++) {
    const loaded = await loadBundle(file, environment);
    if (!loaded.ok) throw new Error(loaded.stderr);
    times.push(loaded.milliseconds);
  }
  return median(times);
}
