import { describe, expect, test } from "vitest";
import { detections } from "./catalogue.ts";
import { runCases } from "./test-cases.ts";

describe("every detection does what its cases say", () => {
  for (const one of runCases(detections).cases) {
    test(`${one.detection}: ${one.kind}: ${one.name}`, () => expect(one.message).toBeUndefined());
  }
});
