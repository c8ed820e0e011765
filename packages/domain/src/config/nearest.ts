/**
 * The name in `known` that `given` was most likely meant to be: the fewest edits (Levenshtein distance, letters in any
 * case), at most a third of its length; none if nothing is that near. Cost: characters of `given` times those of `known`.
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    const edits = editsBetween(wanted, name.toLowerCase());
    if (edits <= Math.ceil(name.length / 3) && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column < row.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? a.length;
}
