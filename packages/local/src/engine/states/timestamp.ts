const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an RFC 3339 time as the States Language asks for it: an uppercase `T`, and `Z` or an offset. Gives milliseconds
 * since 1970; nothing for a text of another form or a date that is not in the calendar.
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = TIMESTAMP.exec(text);
  const milliseconds = parts === null ? Number.NaN : Date.parse(text);
  if (parts === null || Number.isNaN(milliseconds)) return undefined;
  // Date.parse takes 30 February for 1 March.
  const [, year, month, day] = parts.map(Number);
  const daysInMonth = new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
  return (day ?? 0) > daysInMonth ? undefined : milliseconds;
}
