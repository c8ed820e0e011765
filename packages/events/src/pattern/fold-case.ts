/**
 * Comparison without case, as EventBridge does it: each character of the pattern's text stands for its lower and its
 * upper case form and nothing else. A form may be several characters ("ß" stands for "ß" and "SS").
 */
export type CaselessText = readonly { readonly lower: string; readonly upper: string }[];

export const caselessText = (text: string): CaselessText =>
  [...text].map((character) => ({ lower: character.toLowerCase(), upper: character.toUpperCase() }));

/** Where `pattern` ends when `text` has it from `at` on, or -1. */
export function endOfCaseless(pattern: CaselessText, text: string, at = 0): number {
  let end = at;
  for (const { lower, upper } of pattern) {
    if (text.startsWith(lower, end)) end += lower.length;
    else if (text.startsWith(upper, end)) end += upper.length;
    else return -1;
  }
  return end;
}

/** Whether `text` ends with `pattern`. */
export function endsWithCaseless(pattern: CaselessText, text: string): boolean {
  let end = text.length;
  for (let i = pattern.length - 1; i >= 0; i--) {
    const form = pattern[i];
    if (form === undefined) return false;
    if (text.endsWith(form.lower, end)) end -= form.lower.length;
    else if (text.endsWith(form.upper, end)) end -= form.upper.length;
    else return false;
  }
  return true;
}

/**
 * A key that is equal for texts that may be equal without case: every character replaced by its lower case form where
 * that is one UTF-16 unit. Keys only select candidates; `endOfCaseless` decides.
 */
export function foldedKey(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return [...text].map(foldedCharacter).join("");
  }
  return text.toLowerCase();
}

/** Whether both forms of every character of `text` give the same key, so that the key finds all texts it may equal. */
export function hasFoldedKey(text: string): boolean {
  return caselessText(text).every(
    ({ lower, upper }) =>
      lower.length === upper.length && [...lower].length === 1 && foldedCharacter(lower) === foldedCharacter(upper),
  );
}

function foldedCharacter(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
