/** Longest name from an event within a title, and longest title, in code points. */
export const TITLE_NAME_MAX = 80;
export const TITLE_MAX = 200;

/** At most `charactersMax` code points, the last an ellipsis where some were cut. Escaping is done at output. */
export function shorten(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  // No code point takes more than two units, so this holds one code point more than may stay, if there is one.
  const characters = Array.from(text.slice(0, 2 * charactersMax + 2));
  if (characters.length <= charactersMax) return text;
  return `${characters.slice(0, charactersMax - 1).join("")}…`;
}

/** A name from an event, short enough to stand in a title. */
export const shown = (name: string): string => shorten(name, TITLE_NAME_MAX);
