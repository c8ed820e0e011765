import { parseTimestamp, type Timestamp } from "@ephor/domain/time";

export const TIME_FORM =
  "an RFC 3339 time such as 2026-01-31T12:00:00Z, or a date such as 2026-01-31 (its beginning in UTC)";

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** An RFC 3339 time, or a date for its beginning in UTC; undefined for anything else. */
export const readTime = (given: string): Timestamp | undefined =>
  parseTimestamp(DATE.test(given) ? `${given}T00:00:00Z` : given);
