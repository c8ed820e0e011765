import { describe, expect, test } from "vitest";
import { CASES } from "./cases.ts";
import { localDriver } from "./local-driver.ts";

describe("the local engine ends as AWS documents", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    const { calls: _calls, ...outcome } = await localDriver(one);
    expect(outcome).toMatchObject(one.expected);
  });
});
