import { addSeconds, epochMsOf, type Timestamp, timestamp } from "@ephor/domain/time";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChannelPace } from "./items.ts";
import { turnsFrom } from "./notice-pace.ts";

const START = timestamp(Date.UTC(2026, 0, 1));
const secondsOf = (turns: readonly Timestamp[]) => turns.map((turn) => (epochMsOf(turn) - epochMsOf(START)) / 1000);

test("the first of a minute go at once, the rest is spread over the minutes to come", () => {
  const { turns } = turnsFrom(undefined, { messagesPerMinute: 3, count: 8, now: START });
  expect(secondsOf(turns)).toEqual([0, 0, 0, 60, 80, 100, 120, 140]);
});

test("asking one by one gives the same turns as asking for all at once", () => {
  let pace: ChannelPace | undefined;
  const turns: Timestamp[] = [];
  for (let at = 0; at < 8; at++) {
    const next = turnsFrom(pace, { messagesPerMinute: 3, count: 1, now: START });
    turns.push(...next.turns);
    pace = next.pace;
  }
  expect(turns).toEqual(turnsFrom(undefined, { messagesPerMinute: 3, count: 8, now: START }).turns);
});

test("turns are promised ahead within this minute alone, and never more than it takes", () => {
  const ahead = { messagesPerMinute: 10, count: 2, ahead: 5, now: START };
  const first = turnsFrom(undefined, ahead);
  expect(first).toMatchObject({ pace: { from: START, used: 7 }, spare: 5 });
  const second = turnsFrom(first.pace, ahead);
  expect(second).toMatchObject({ pace: { from: START, used: 10 }, spare: 1 });
  const third = turnsFrom(second.pace, ahead);
  expect(secondsOf(third.turns)).toEqual([60, 66]);
  expect(third).toMatchObject({ pace: { used: 2 }, spare: 0 });
});

test("no minute that a channel counts holds more than it takes, whenever messages come; no turn lies in the past", () => {
  const arrivals = fc.array(
    fc.record({ after: fc.integer({ min: 0, max: 90 }), count: fc.integer({ min: 1, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 10 }), (all, messagesPerMinute) => {
      let [now, pace]: [Timestamp, ChannelPace | undefined] = [START, undefined];
      const inMinute = new Map<string, number>();
      for (const { after, count } of all) {
        now = addSeconds(now, after);
        for (let at = 0; at < count; at++) {
          const next = turnsFrom(pace, { messagesPerMinute, count: 1, now });
          pace = next.pace;
          inMinute.set(pace.from, (inMinute.get(pace.from) ?? 0) + 1);
          expect(next.turns[0] ?? "").toSatisfy((turn: Timestamp) => turn >= now);
          expect(next.turns[0] ?? "").toSatisfy(
            (turn: Timestamp) => turn < addSeconds(next.pace.from, 60) || turn === now,
          );
        }
      }
      expect(Math.max(...inMinute.values())).toBeLessThanOrEqual(messagesPerMinute);
    }),
  );
});
