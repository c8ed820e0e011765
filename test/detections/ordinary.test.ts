import { describe, expect, test } from "vitest";
import { findingsIn, NOT_AT_HAND, recorded } from "./recorded-events.ts";

const calls = recorded("cloudtrail/ordinary.ndjson.gz");

describe.skipIf(calls === undefined)(`ordinary calls${calls === undefined ? `, ${NOT_AT_HAND}` : ""}`, () => {
  test("900 ordinary read-only calls of a lab account open no finding", () => {
    expect(calls).toHaveLength(900);
    expect((calls ?? []).flatMap(findingsIn).map(({ detection, title }) => `${detection}: ${title}`)).toEqual([]);
  });
});
