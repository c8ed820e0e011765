import { expect, test } from "vitest";
import { steadyClock } from "./steady-clock.ts";

/** A steady clock over a machine's that the test sets, and what it told of jumps. */
function onMachine(readings: readonly number[]) {
  const jumps: number[] = [];
  let at = 0;
  const clock = steadyClock({
    nowMs: () => readings[at++] ?? Number.NaN,
    onWentBack: ({ milliseconds }) => jumps.push(milliseconds),
  });
  return { times: readings.map(() => clock.now()), jumps };
}

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 0, 1, 12);
const at = (ms: number): string => new Date(ms).toISOString();

test("time goes on as the machine's does", () => {
  expect(onMachine([NOON, NOON, NOON + 5])).toEqual({ times: [at(NOON), at(NOON), at(NOON + 5)], jumps: [] });
});

test("time stands still while the machine's clock is behind, then goes on", () => {
  const { times } = onMachine([NOON, NOON - HOUR_MS, NOON - 1, NOON + 7]);
  expect(times).toEqual([at(NOON), at(NOON), at(NOON), at(NOON + 7)]);
});

test("a jump back is told once, with its size, and the next one again", () => {
  const { jumps } = onMachine([NOON, NOON - HOUR_MS, NOON - HOUR_MS + 1, NOON + 1, NOON + 1 - 2 * HOUR_MS]);
  expect(jumps).toEqual([HOUR_MS, 2 * HOUR_MS]);
});

test("the small corrections of time synchronisation are no news", () => {
  const { times, jumps } = onMachine([NOON, NOON - 400, NOON + 1]);
  expect({ times, jumps }).toEqual({ times: [at(NOON), at(NOON), at(NOON + 1)], jumps: [] });
});
