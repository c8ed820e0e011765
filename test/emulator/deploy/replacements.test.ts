import { expect, test } from "vitest";
import { replaced, replacementsOf } from "./replacements.ts";

test("what the mocks answered is replaced wherever it stands as a whole word, and nowhere inside another", () => {
  const replacements = [
    ...replacementsOf({ id: "api-id", state: { rootResourceId: "api-id-root" } }, { id: "a1", rootResourceId: "r1" }),
    ...replacementsOf({ id: "key-data-id", state: {} }, { id: "1234" }),
  ];
  const inputs = {
    restApi: "api-id",
    parentId: "api-id-root",
    nested: [{ arn: "arn:aws:kms:eu-central-1:111111111111:key/key-data-id", other: "my-api-id", count: 2 }],
  };
  expect(replaced(inputs, replacements)).toEqual({
    restApi: "a1",
    parentId: "r1",
    nested: [{ arn: "arn:aws:kms:eu-central-1:111111111111:key/1234", other: "my-api-id", count: 2 }],
  });
});

test("an answer that is the mocks' own replaces nothing", () => {
  expect(replacementsOf({ id: "x", state: { version: "1" } }, { version: "1" })).toEqual([]);
});
