import { expect, test } from "vitest";
import { shorten } from "./shorten.ts";

test("a text that fits stays as it is, whatever its code points take", () => {
  expect(shorten("abc", 3)).toBe("abc");
  expect(shorten("🦄🦄🦄", 3)).toBe("🦄🦄🦄");
});

test("a longer text ends in an ellipsis and splits no character", () => {
  expect(shorten("abcd", 3)).toBe("ab…");
  expect(shorten("🦄🦄🦄🦄", 3)).toBe("🦄🦄…");
  expect(shorten(`a${"🦄".repeat(1000)}`, 3).isWellFormed()).toBe(true);
});
