import { type EphorError, ephorError } from "@ephor/domain/error";
import { type Err, err } from "@ephor/domain/result";

/** What is wrong with an event, where (a JSON pointer into what was given) and what was expected there. */
export type MalformedEvent = EphorError<"event.malformed">;

const PATH_CHARACTERS_MAX = 200;
const FOUND_CHARACTERS_MAX = 60;

export const malformed = (message: string, path = "/"): Err<MalformedEvent> =>
  err(ephorError("event.malformed", message, { path: path.slice(0, PATH_CHARACTERS_MAX) }));

/** How a value that was not expected is shown: short, and of lists and objects only their size. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return `an object of ${Object.keys(value).length} keys`;
  if (typeof value !== "string") return String(value);
  const short = value.length > FOUND_CHARACTERS_MAX ? `${value.slice(0, FOUND_CHARACTERS_MAX)}…` : value;
  return JSON.stringify(short);
}
