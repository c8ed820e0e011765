import type { EphorError } from "@ephor/domain/error";
import type { AddressBlock } from "./address-block.ts";

/** A JSON value that is neither an object nor an array: what a pattern compares. */
export type Scalar = string | number | boolean | null;

/**
 * One condition on one value of a field. A field matches when any of its values meets any of its matchers.
 * `anything-but` is met by a value that meets none of `none`; `exists` with `present: false` is met by the lack of a value.
 * `ignoreCase` compares as EventBridge does: character by character, either in its lower or in its upper case.
 */
export type ValueMatcher =
  | { readonly kind: "exact"; readonly value: Scalar }
  | { readonly kind: "equals-ignore-case"; readonly text: string }
  | { readonly kind: "prefix" | "suffix"; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: "numeric"; readonly range: NumericRange }
  | { readonly kind: "address"; readonly block: AddressBlock }
  | { readonly kind: "wildcard"; readonly text: string; readonly literals: readonly string[] }
  | { readonly kind: "exists"; readonly present: boolean }
  | { readonly kind: "anything-but"; readonly none: readonly ValueMatcher[] };

export type NumericRange = {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
};

/** What must hold together: for each field, by its dotted path, the matchers of which one must be met. */
export type Alternative = ReadonlyMap<string, readonly ValueMatcher[]>;

/** A validated event pattern: an event matches when it meets any alternative (one, unless `$or` is used). */
export type Pattern = { readonly alternatives: readonly Alternative[] };

export type PatternError = EphorError<"pattern.invalid">;

/** EventBridge's quotas and documented bounds, and ours where it names none. */
export const PATTERN_LIMITS = {
  /** The default quota of a rule's pattern on AWS, in characters. Pass it as `charactersMax` for what goes there. */
  eventBridgeCharacters: 2_048,
  /** What is read at all. */
  characters: 65_536,
  /** Nesting of the JSON, of patterns and of events (the bound of AWS's parser). */
  depth: 1_000,
  /** Alternatives that `$or` may multiply out to. */
  alternatives: 1_000,
  /** Fields of one alternative. */
  fields: 256,
  /** Steps of one field's dotted path. */
  steps: 128,
  /** `numeric` compares numbers between minus and plus this. */
  numeric: 5e9,
  /** How many wildcard prefixes of a field one value may meet at once. */
  wildcardComplexity: 10,
} as const;
