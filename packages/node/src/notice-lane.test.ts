import type { Log } from "@ephor/app/ports";
import { expect, test } from "vitest";
import { noticeLane } from "./notice-lane.ts";

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

test("one that is to enter while it is in the lane runs once, and is looked for again when it has left", async () => {
  let [runs, wakes] = [0, 0];
  const lane = noticeLane({ log, wake: () => void wakes++ });
  const run = async () => void runs++;
  lane.enter({ id: "a", version: 1, channel: "out", run });
  lane.enter({ id: "a", version: 1, channel: "out", run });
  expect(lane.has({ id: "a", version: 1 })).toBe(true);
  await lane.idle();
  expect({ runs, wakes, isIn: lane.has({ id: "a", version: 1 }) }).toEqual({ runs: 1, wakes: 1, isIn: false });
});

test("a full channel leaves room for others, and says when it has room again", async () => {
  let wakes = 0;
  const release: (() => void)[] = [];
  const lane = noticeLane({ log, wake: () => void wakes++ });
  const run = () => new Promise<void>((leave) => release.push(leave));
  let entered = 0;
  for (; lane.hasRoomFor("slow"); entered++) lane.enter({ id: `slow-${entered}`, version: 1, channel: "slow", run });
  expect(entered).toBe(256);
  expect(lane.hasRoomFor("other")).toBe(true);
  for (const leave of release) leave();
  await lane.idle();
  expect(wakes).toBe(1);
  expect(lane.hasRoomFor("slow")).toBe(true);
});

test("one that is stored anew while it is in the lane is looked for again when it has left; as it came in it is not", async () => {
  let wakes = 0;
  const lane = noticeLane({ log, wake: () => void wakes++ });
  const enter = () => lane.enter({ id: "a", version: 1, channel: "out", run: async () => undefined });
  enter();
  expect(lane.has({ id: "a", version: 1 })).toBe(true);
  await lane.idle();
  expect(wakes).toBe(0);
  enter();
  expect(lane.has({ id: "a", version: 2 })).toBe(true);
  await lane.idle();
  expect(wakes).toBe(1);
});

test("nothing enters a lane that is closed", async () => {
  const lane = noticeLane({ log, wake: () => undefined });
  lane.close();
  lane.enter({ id: "a", version: 1, channel: "out", run: async () => expect.unreachable() });
  expect([lane.hasRoomFor("out"), lane.has({ id: "a", version: 1 })]).toEqual([false, false]);
});
