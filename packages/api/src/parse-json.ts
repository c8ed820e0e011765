import { ok, type Result } from "@ephor/domain/result";
import { type ApiError, refuse } from "./api-error.ts";

/** Nothing that AWS sends is nearly as deep; deeper input is refused before anything walks it recursively. */
export const JSON_DEPTH_MAX = 64;

/** JSON text as data, at most `JSON_DEPTH_MAX` levels deep. */
export function parseJson(text: string): Result<unknown, ApiError> {
  if (isTooDeep(text)) return refuse("input.invalid", `expected JSON of at most ${JSON_DEPTH_MAX} levels`);
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (cause) {
    return refuse("input.invalid", `expected JSON: ${reasonOf(cause)}`);
  }
}

/** What the parser says, without the piece of the input that it quotes: that may hold anything. */
function reasonOf(cause: unknown): string {
  const reason = cause instanceof Error ? (cause.message.split(/(?:, )?(?:\.\.\.)?"/, 1)[0] ?? "") : "";
  return reason === "" ? "got text that is not" : reason;
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x7b, 0x5d, 0x7d];

/** Counts brackets outside strings. */
function isTooDeep(text: string): boolean {
  if (text.length <= JSON_DEPTH_MAX) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (depth > JSON_DEPTH_MAX) return true;
  }
  return false;
}

/** The index of the quote that closes the string opened at `start`, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    if (!isEscaped(text, end)) return end;
  }
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
