import { describe, expect, test } from "vitest";
import { addSeconds, parseTimestamp, timestamp } from "./time.ts";

describe("a date-time is read", () => {
  test.each([
    ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02 03:04:05.123456789Z", "2026-01-02T03:04:05.123Z"],
    ["2026-01-02T03:04:05+01:30", "2026-01-02T01:34:05.000Z"],
    ["2026-01-02T03:04:05-0800", "2026-01-02T11:04:05.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"],
  ])("%s", (text, expected) => {
    expect(parseTimestamp(text)).toBe(expected);
  });
});

describe("what is no date-time is refused, never thrown at the caller", () => {
  test.each([
    "2026-02-30T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T23:60:00Z",
    "2026-06-30T23:59:60Z",
    "2026-01-01T00:00:00+24:00",
    "9999-12-31T23:59:59-01:00",
    "0000-01-01T00:00:00+01:00",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "yesterday",
    "",
    `2026-01-01T00:00:00.${"0".repeat(40)}Z`,
  ])("%s", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});

test("times sort as text as they do in time", () => {
  const earlier = timestamp(Date.UTC(2026, 8, 9));
  expect(addSeconds(earlier, 0.001) > earlier).toBe(true);
  expect(addSeconds(earlier, -86_400) < earlier).toBe(true);
});

test("a time beyond year 9999 is a bug of the caller", () => {
  expect(() => timestamp(253_402_300_800_000)).toThrow("out of range");
});
