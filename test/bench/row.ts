/** One line of the benchmark report. `must` and `reach` are the targets in words; `ok` says whether `must` holds. */
export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly must?: string;
  readonly reach?: string;
  readonly ok?: boolean;
};

/** The middle of `values`; the lower one of two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
}

export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));
