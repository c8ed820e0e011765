/** RFC 3339 in UTC with milliseconds and `Z`, e.g. `2026-01-02T03:04:05.678Z`; sorts as text (architecture rule 11). */
export type Timestamp = string & { readonly __brand: "timestamp" };

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:?\d{2})$/;

const isTimestamp = (text: string): text is Timestamp => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(text);

/** Milliseconds since the epoch to text. Years 0000 to 9999 only; anything else is a bug of the caller. */
export function timestamp(epochMs: number): Timestamp {
  const text = new Date(epochMs).toISOString();
  if (!isTimestamp(text)) throw new Error(`time out of range: ${epochMs}`);
  return text;
}

/** Reads an RFC 3339 date-time in any offset and precision; undefined for anything else, also for impossible dates. */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (text.length > 40 || !RFC3339.test(text)) return undefined;
  const epochMs = Date.parse(text.replace(" ", "T"));
  if (Number.isNaN(epochMs) || epochMs < -62167219200000) return undefined;
  return timestamp(epochMs);
}

export const epochMsOf = (time: Timestamp): number => Date.parse(time);
export const addSeconds = (time: Timestamp, seconds: number): Timestamp => timestamp(epochMsOf(time) + seconds * 1000);
