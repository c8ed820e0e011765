/** A pair on which we and event-ruler give different answers. */
export type Difference = {
  readonly pattern: string;
  readonly event: string;
  /** "true", "false" or the message of a refusal. */
  readonly ours: string;
  /** "true", "false" or "refused: " and a message. */
  readonly theirs: string;
  /** What event-ruler says when each value of each field stands in a pattern of its own. */
  readonly theirsApart?: string;
};

type Exception = { readonly reason: string; readonly covers: (difference: Difference) => boolean };

/** Where event-ruler is not followed, and why. The list is closed: any other difference is a failure. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    reason: "AWS documents numeric matching between -5e9 and 5e9; event-ruler 2 compares all doubles",
    covers: ({ ours }) => ours.startsWith("expected a number between"),
  },
  {
    reason: "a pattern is one JSON document; event-ruler stops reading after the first",
    covers: ({ ours }) => ours.includes("expected nothing after the pattern"),
  },
  {
    reason: "neither an IPv6 address nor a number is in an IPv4 block; event-ruler compares digits while they last",
    covers: ({ ours, theirs, pattern, event }) =>
      ours === "false" &&
      theirs === "true" &&
      /"\d+\.\d+\.\d+\.\d+(\/\d+)?"/.test(pattern) &&
      /"[\da-fA-F:]*:[\da-fA-F:]*"|[:,[]-?\d/.test(event),
  },
  {
    reason:
      "a quotation mark in a text is an ordinary character; event-ruler compares texts with the marks around them",
    covers: ({ pattern }) => pattern.includes('\\"'),
  },
  {
    reason:
      "where $or is a field name all operators stay known; event-ruler reads such patterns with an older compiler",
    covers: ({ ours, theirs, pattern }) =>
      /^(true|false)$/.test(ours) && /^refused: (Unsupported|prefix)/.test(theirs) && pattern.includes('"$or"'),
  },
  {
    reason: "an empty list in anything-but says nothing and is refused; event-ruler fails on it, or leaves it out",
    covers: ({ ours }) => ours === "expected at least one string",
  },
  {
    reason: "event-ruler contradicts itself: with each value in a pattern of its own it gives our answer",
    covers: ({ ours, theirsApart }) => ours === theirsApart,
  },
];
