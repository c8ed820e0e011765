import { describe, expect, test } from "vitest";
import { addressDigits, blockKey, parseAddressBlock } from "./address-block.ts";
import { isExactDouble } from "./exact-double.ts";
import { caselessText, endOfCaseless, endsWithCaseless, foldedKey, hasFoldedKey } from "./fold-case.ts";
import { matchesWildcard, parseWildcard } from "./wildcard.ts";

describe("addresses", () => {
  test.each([
    ["10.0.0.255", "0a0000ff"],
    ["010.0.0.1", "0a000001"],
    ["2001:db8::1", "20010db8000000000000000000000001"],
    ["2001:0DB8:0:0:0:0:0:1", "20010db8000000000000000000000001"],
    ["::", "0".repeat(32)],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::ffff:a00:1", "0a000001"],
  ])("%s is read", (text, digits) => {
    expect(addressDigits(text)).toBe(digits);
  });

  test.each([
    ...[
      "",
      "1",
      "10.0.0",
      "10.0.0.256",
      "10.0.0.0.1",
      "10..0.1",
      ".10.0.1",
      "10.0.0.",
      "a.b.c.d",
      "10.0.0.1 ",
      "0000010.0.0.0001",
    ],
    ...[
      ":",
      ":::",
      "1::2::3",
      "1:2:3",
      ":1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "12345::",
      "g::",
    ],
    ...["::ffff:10.0.0.1", "arn:aws:iam::123456789012:role/x", "::1%eth0"],
  ])("%j is no address", (text) => {
    expect(addressDigits(text)).toBeUndefined();
  });

  test("the key of a block is equal for its addresses only", () => {
    const key = (text: string, bits: number): string => blockKey(addressDigits(text) ?? "", bits);
    expect(key("10.0.0.7", 29)).toBe(key("10.0.0.0", 29));
    expect(key("10.0.0.8", 29)).not.toBe(key("10.0.0.0", 29));
    expect(key("10.1.2.3", 0)).toBe(key("192.0.2.1", 0));
    expect(parseAddressBlock("2001:db8::/127")).toEqual({ digits: addressDigits("2001:db8::"), bits: 127 });
  });
});

test.each([
  ["300", true],
  ["300.0", true],
  ["3.0E+2", true],
  ["0.10", true],
  ["-0.0", true],
  ["1e-400", false],
  ["1e400", false],
  ["12345678901234567890", false],
  ["0.1000000000000000055", false],
])("%s is exactly a double: %s", (literal, isExact) => {
  expect(isExactDouble(literal)).toBe(isExact);
});

describe("text without case", () => {
  const equals = (pattern: string, text: string): boolean => endOfCaseless(caselessText(pattern), text) === text.length;

  test.each([
    ["abc", "AbC", true],
    ["é", "É", true],
    ["ß", "SS", true],
    ["ß", "ss", false],
    ["k", "\u212a", false],
    ["😀", "😀", true],
    ["𐐀", "𐐨", true],
    ["", "", true],
    ["a", "ab", false],
  ])("%j equals %j: %s", (pattern, text, isEqual) => {
    expect(equals(pattern, text)).toBe(isEqual);
    expect(endsWithCaseless(caselessText(pattern), `x${text}`)).toBe(isEqual || pattern === "");
  });

  test("texts that may be equal have one key, unless their cases differ in length", () => {
    expect(foldedKey("ÉaB𐐀")).toBe(foldedKey("éAb𐐨"));
    expect([hasFoldedKey("éa𐐀"), hasFoldedKey("aß"), hasFoldedKey("ſ")]).toEqual([true, false, false]);
  });
});

describe("wildcards", () => {
  const matches = (expression: string, text: string): boolean => {
    const wildcard = parseWildcard(expression);
    return "literals" in wildcard && matchesWildcard(wildcard.literals, text);
  };

  test.each([
    ["*", "", true],
    ["a*", "a", true],
    ["a*a", "a", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["*ab*", "xaby", true],
    ["*ab*ba*", "aba", false],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["\\\\*", "\\x", true],
    ["", "a", false],
  ])("%j matches %j: %s", (expression, text, isMatch) => {
    expect(matches(expression, text)).toBe(isMatch);
  });

  test("a value made for back-tracking is matched in one pass", () => {
    const expression = `${"a*".repeat(500)}b`;
    expect(matches(expression, "a".repeat(200_000))).toBe(false);
  });
});
