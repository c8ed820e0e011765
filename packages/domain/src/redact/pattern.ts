/** What every named pattern says of itself; docs/redaction.md is made of it, and a test tries each `hit` and `miss`. */
type Named = {
  /** Stable name, shown in the marker that replaces a hit. */
  readonly id: string;
  readonly what: string;
  /** One line for the docs: how it is told from ordinary data. */
  readonly doc: string;
  /** An example that is replaced, and one much like it that survives. */
  readonly hit: string;
  readonly miss: string;
  /** Protected health information: only looked for when HIPAA is on. */
  readonly hipaa?: true;
};

/**
 * Something recognised inside a text. `trigger` is a cheap regular expression over the lower-case text without which
 * `find` cannot match; `find` (flags `g`) matches exactly what is replaced, in time linear in the text: it starts at a
 * boundary or a literal and every repetition before its end is bounded. `accept` rejects look-alikes.
 */
export type TextPattern = Named & {
  readonly kind: "text";
  readonly trigger: string;
  readonly find: RegExp;
  readonly accept?: (found: string) => boolean;
};

/** A value recognised by its key, in objects and in `key=value` texts. `keys` matches the key's letters and digits, lower-case. */
export type FieldPattern = Named & {
  readonly kind: "field";
  /** Literals (as a regular expression) of which one occurs in every key that `keys` matches. */
  readonly stem: string;
  readonly keys: RegExp;
  /** True for headers whose unquoted value runs to the end of the line. */
  readonly wholeLine?: true;
};

export type RedactionPattern = TextPattern | FieldPattern;

export const markerOf = (id: string): string => `[redacted:${id}]`;

/** Matches a whole marker; also those for values cut away by a bound. */
export const MARKER = /^\[redacted:[a-z0-9-]{1,64}\]$/;

/** Examples are put together at run time, so that no scanner takes this source for a leak. */
export const example = (...parts: readonly string[]): string => parts.join("");

export const textPattern = (pattern: Omit<TextPattern, "kind">): TextPattern => ({ kind: "text", ...pattern });
export const fieldPattern = (pattern: Omit<FieldPattern, "kind">): FieldPattern => ({ kind: "field", ...pattern });
