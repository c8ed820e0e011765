import { expect, test } from "vitest";
import { readEnd } from "./exceptions-request.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:00Z");

test.each([
  ["7d", "2026-03-08T12:00:00.000Z"],
  ["12h", "2026-03-02T00:00:00.000Z"],
  ["2026-09-30", "2026-09-30T00:00:00.000Z"],
  ["2026-09-30T01:02:03Z", "2026-09-30T01:02:03.000Z"],
])("an end given as %s is %s", (given, end) => {
  expect(readEnd(given, NOW_MS)).toBe(end);
});

test.each(["d", "7", "7w", "-7d", "1.5d", "99999d", "tomorrow"])("%s is no end", (given) => {
  expect(readEnd(given, NOW_MS)).toBeUndefined();
});
