import { expect, test } from "vitest";
import { leafHash, toBase64 } from "./hash.ts";
import { merkleRoot } from "./merkle.ts";

test("x", () => {
  expect(toBase64(merkleRoot([leafHash("")]))).toBe("bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
});
