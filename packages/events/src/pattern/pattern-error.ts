import { ephorError } from "@ephor/domain/error";
import { type Err, err } from "@ephor/domain/result";
import type { PatternError } from "./pattern.ts";

/** Where in a pattern: a step and what it stands in. Made into a JSON pointer only when something is wrong there. */
export type Place = { readonly parent: Place; readonly step: string | number } | undefined;

export const within = (parent: Place, step: string | number): Place => ({ parent, step });

export function pointerOf(place: Place): string {
  let pointer = "";
  for (let at = place; at !== undefined; at = at.parent) {
    pointer = `/${String(at.step).replaceAll("~", "~0").replaceAll("/", "~1")}${pointer}`;
  }
  return pointer;
}

export const invalid = (place: Place, message: string): Err<PatternError> =>
  err(ephorError("pattern.invalid", message, { path: pointerOf(place) }));

const SHOWN_CHARACTERS = 60;

/** Untrusted text as a message may show it: quoted and short. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
