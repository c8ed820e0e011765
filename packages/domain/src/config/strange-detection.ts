import { matchesGlob } from "../response-policy.ts";
import { nearest } from "./nearest.ts";
import { shorten } from "./problems.ts";

const GUESSED_CHARACTERS_MAX = 200;

/** What is wrong with the id of a detection, or a pattern of such ids with `*`; undefined where one of `known` is meant. */
export function strangeDetection(given: string, known: readonly string[]): string | undefined {
  if (known.some((id) => matchesGlob(given, id))) return undefined;
  const found = `found ${JSON.stringify(shorten(given))}`;
  if (given.includes("*")) return `${found}, expected a pattern that some detection's id matches`;
  const guess = nearest(given.slice(0, GUESSED_CHARACTERS_MAX), known);
  const hint = guess === undefined ? "" : `; did you mean ${JSON.stringify(guess)}?`;
  return `${found}, expected the id of a detection${hint}`;
}
