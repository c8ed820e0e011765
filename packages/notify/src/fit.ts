const CUT = "…";

/**
 * `text` as `as` writes it, in at most `max` UTF-16 units: where it is longer, as much of the beginning as fits, whole
 * characters and whole escapes, and an ellipsis.
 */
export function fit(text: string, { max, as }: { max: number; as: (text: string) => string }): string {
  const whole = as(text);
  if (whole.length <= max) return whole;
  // No way of writing makes a character shorter, so what lies beyond the bound cannot fit.
  const characters = [...text.slice(0, max)];
  let [fits, tooMany] = [0, characters.length + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    const length = as(characters.slice(0, middle).join("")).length + CUT.length;
    if (length <= max) fits = middle;
    else tooMany = middle;
  }
  return `${as(characters.slice(0, fits).join(""))}${CUT}`;
}

/** So many of a list, and how many were left out. */
export function firstOf<T>(list: readonly T[], max: number): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: list.slice(0, max), more: Math.max(0, list.length - max) };
}
