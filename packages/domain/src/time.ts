/** RFC 3339 in UTC with milliseconds and `Z`, e.g. `2026-01-02T03:04:05.678Z`; sorts as text (architecture rule 11). */
export type Timestamp = string & { readonly __brand: "timestamp" };

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;
const YEAR_0_MS = -62_167_219_200_000;
const YEAR_10000_MS = 253_402_300_800_000;

const isTimestamp = (text: string): text is Timestamp => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text);

/** A clock is asked again and again within one millisecond. */
let last: { readonly epochMs: number; readonly text: Timestamp } | undefined;

/** Milliseconds since the epoch to text. Years 0000 to 9999 only; anything else is a bug of the caller. */
export function timestamp(epochMs: number): Timestamp {
  if (last?.epochMs === epochMs) return last.text;
  const text = new Date(epochMs).toISOString();
  if (!isTimestamp(text)) throw new Error(`time out of range: ${epochMs}`);
  last = { epochMs, text };
  return text;
}

/**
 * Reads an RFC 3339 date-time in any offset and precision; undefined for anything else: impossible dates, leap seconds, and
 * times that in UTC lie outside the years 0000 to 9999.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const day = text.length > 40 ? undefined : RFC3339.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return undefined;
  const epochMs = Date.parse(text.replace(" ", "T"));
  if (Number.isNaN(epochMs) || epochMs < YEAR_0_MS || epochMs >= YEAR_10000_MS) return undefined;
  return timestamp(epochMs);
}

/** `Date` takes 30 February for 2 March; a day that exists comes back as it was written. */
function isDay(day: string): boolean {
  const epochMs = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(day);
}

export const epochMsOf = (time: Timestamp): number => Date.parse(time);
export const addSeconds = (time: Timestamp, seconds: number): Timestamp => timestamp(epochMsOf(time) + seconds * 1000);
