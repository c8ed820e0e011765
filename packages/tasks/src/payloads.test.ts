import { expect, test } from "vitest";
import { causeText } from "./payloads.ts";

test.each([
  ["words of a node", "the table is away", "the table is away"],
  [
    "what Lambda says of a function that threw",
    '{"errorType":"x","errorMessage":"the table is away"}',
    "the table is away",
  ],
  ["JSON of another kind", '{"a":1}', '{"a":1}'],
  ["what is cut short", '{"errorMessage":"the', '{"errorMessage":"the'],
])("a cause is told in words: %s", (_, cause, words) => expect(causeText.parse(cause)).toBe(words));
