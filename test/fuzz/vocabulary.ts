/** Few names and values, near to one another, so that generated patterns and events meet and nearly meet. */
export const NAMES = ["a", "b", "c", "detail", "e-f", "constructor", "__proto__"] as const;

export const TEXTS = [
  ...["", "a", "A", "b", "ab", "AB", "aB", "abc", "ABC", "bc", "c", "aab", "aabb", "abab", "ba", "cab", "xaby"],
  ...["true", "null", "1", "0", "a*b", "*", "a\\b", "\\", "a/b", "a.b", "é", "É", "ça", "日本", "日", "本"],
] as const;

export const ADDRESSES = [
  ...["10.0.0.0", "10.0.0.1", "10.0.0.255", "10.0.1.0", "11.0.0.1", "10.0.0.256", "255.255.255.255", "0.0.0.0"],
  ...["2001:db8::1", "2001:0db8:0:0::1", "2001:db8::2", "2001:db9::", "::1", "::", "fe80::1:2", "1::2::3"],
] as const;

export const BLOCKS = [
  ...["10.0.0.0/24", "10.0.0.0/8", "10.0.0.1/31", "0.0.0.0/1", "10.0.0.7/29", "255.0.0.0/9"],
  ...["2001:db8::/32", "2001:db8::/127", "::/8", "fe80::/10"],
] as const;

export const NUMBERS = [0, 1, 2, -1, 1.5, 0.1, 0.3, 300, 1e6, -5e9, 5e9, 123456789012, 0.000001] as const;

/** Numbers that `numeric` takes, ascending. */
export const BOUNDS = [-5e9, -1, 0, 0.1, 1, 1.5, 2, 300, 1e6, 5e9] as const;

export const WILDCARDS = [
  ...["*", "a*", "*b", "*a*", "a*b", "*ab*", "a*b*", "", "abc", "*a*b", "a\\*b", "a\\\\b", "\\**", "*/*", "日*", "*é"],
] as const;

/** Texts whose characters have more than one form without case. */
export const CASED = ["ab", "AB", "aB", "abc", "é", "É", "a", "", "xaby", "ß", "ss"] as const;
