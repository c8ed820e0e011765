import { expect, test } from "vitest";
import { pooledRandom } from "./pooled-random.ts";

test("no byte of the pool is given out twice", () => {
  const random = pooledRandom();
  const seen = new Set<string>();
  for (let draw = 0; draw < 5000; draw++) seen.add(Buffer.from(random.bytes(16)).toString("hex"));
  expect(seen.size).toBe(5000);
});

test("as many bytes come as were asked for, also more than the pool holds", () => {
  const random = pooledRandom();
  for (const count of [0, 1, 7, 16_384, 16_385, 100_000]) expect(random.bytes(count)).toHaveLength(count);
});
