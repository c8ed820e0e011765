import { expect, test } from "vitest";
import {
  isBasicCredential,
  isCardNumber,
  isCredential,
  isIban,
  isNpi,
  isPhone,
  isRandomSecret,
  luhn,
} from "./checks.ts";

test.each([
  ["79927398713", true],
  ["79927398710", false],
])("luhn(%s) is %s", (digits, right) => expect(luhn(digits)).toBe(right));

test.each([
  [["3782", "822463", "10005"], true],
  [["5555", "5555", "5555", "4444"], true],
  [["6011", "1111", "1111", "1117"], true],
  [["3530", "1113", "3330", "0000"], true],
  [["3056", "930902", "5904"], true],
  [["1000", "0000", "0000", "0008"], false],
  [["4111", "1111", "1111", "1112"], false],
])("a card number must be an issuer's and check: %s %s", (parts, right) => {
  expect(isCardNumber(parts.join(" "))).toBe(right);
});

test.each([
  ["GB82 WEST 1234 5698 7654 32", true],
  ["GB82 WEST 1234 5698 7654 33", false],
  ["GB82", false],
  [`NO93${"0".repeat(40)}`, false],
])("isIban(%s) is %s", (text, right) => expect(isIban(text)).toBe(right));

test("words of prose are no credentials, base64 of a pair is", () => {
  expect(isCredential("authentication")).toBe(false);
  expect(isCredential("a".repeat(24))).toBe(true);
  expect(isBasicCredential("dXNlcjpwYXNz")).toBe(true);
  expect(isBasicCredential("monitoring")).toBe(false);
});

test("a phone number has nine to fifteen digits", () => {
  expect([isPhone("+1 415 555 2671"), isPhone("+1 234"), isPhone(`+${"1".repeat(16)}`)]).toEqual([true, false, false]);
});

test("a provider id carries its check digit", () => {
  expect([isNpi("1234567893"), isNpi("1234567890")]).toEqual([true, false]);
});

test("forty characters are a secret only where they look random", () => {
  expect(isRandomSecret("wJalrXUtnFEMI/K7MDENG/".concat("bPxRfiCYEXAMPLEKEY"))).toBe(true);
  expect(isRandomSecret("Packages/Domain/Source/Redact/Patterns12")).toBe(false);
  expect(isRandomSecret("da39a3ee5e6b4b0d3255bfef95601890afd80709")).toBe(false);
});
