import { chooseAnchors } from "./choose-anchors.ts";
import type { EventReader, Field } from "./event-reader.ts";
import { FieldValues } from "./field-values.ts";
import type { Alternative } from "./pattern.ts";
import { type Narrower, newPostings, type Postings, type TakePostings } from "./postings.ts";
import { PresentFields } from "./present-fields.ts";
import { isAbsence, ValueIndex } from "./value-index.ts";

/** Anchors up to which each is asked for; beyond, the event is gone through instead. */
const ANCHORS_ASKED_MAX = 32;
/** Rules that one matcher may find without a further index over their other fields. */
const POSTINGS_MAX = 4;

/** A field by which rules are found: through its values, or through its having none. */
type Anchor = { readonly field: Field; readonly index: ValueIndex; readonly whenAbsent: Postings; seen: number };

/** What indexes are built from: every rule by number, and the reader that their fields belong to. */
export type Rules = { readonly alternatives: readonly Alternative[]; readonly reader: EventReader };

/**
 * Finds the rules that an event may match by the values of their anchors. Rules that share a value of their anchor
 * with many others stand in an index of their own below it, by another field.
 */
export class RuleIndex implements Narrower {
  readonly #anchors = new Map<string, Anchor>();
  readonly #always = newPostings();
  readonly #asked: readonly Anchor[];
  readonly #present: PresentFields<Anchor> | undefined;
  #seen = 0;

  /** An index of all rules. */
  static over(rules: Rules): RuleIndex {
    const numbers = rules.alternatives.map((_, number) => number);
    const anchors = chooseAnchors(rules.alternatives, { used: new Set(), costMax: Number.POSITIVE_INFINITY });
    return new RuleIndex(rules, { numbers, anchors, used: new Set() });
  }

  private constructor(rules: Rules, { numbers, anchors, used }: Plan) {
    for (const [i, number] of numbers.entries()) this.#add(rules, number, anchors[i]);
    for (const [path, { index, whenAbsent }] of this.#anchors) {
      const below = new Set([...used, path]);
      for (const postings of [...index.seal(), whenAbsent]) postings.narrower = narrow(rules, postings.rules, below);
    }
    const all = [...this.#anchors.values()];
    const isFew = all.length <= ANCHORS_ASKED_MAX;
    this.#asked = isFew ? all : all.filter(({ whenAbsent }) => whenAbsent.rules.length > 0);
    this.#present = isFew ? undefined : presentFields(all);
  }

  static within(rules: Rules, plan: Plan): RuleIndex {
    return new RuleIndex(rules, plan);
  }

  ask(reader: EventReader, take: TakePostings): void {
    if (this.#seen === reader.count) return;
    this.#seen = reader.count;
    if (this.#always.rules.length > 0) take(this.#always);
    for (const anchor of this.#asked) askAnchor(anchor, reader, take);
    this.#present?.each(reader.event, (anchor) => askAnchor(anchor, reader, take));
  }

  #add({ alternatives, reader }: Rules, number: number, path: string | undefined): void {
    if (path === undefined) {
      this.#always.rules.push(number);
      return;
    }
    const known = this.#anchors.get(path);
    const anchor = known ?? { field: reader.field(path), index: new ValueIndex(), whenAbsent: newPostings(), seen: 0 };
    if (known === undefined) this.#anchors.set(path, anchor);
    for (const matcher of alternatives[number]?.get(path) ?? []) {
      if (isAbsence(matcher)) anchor.whenAbsent.rules.push(number);
      else anchor.index.add(matcher, number);
    }
  }
}

/** Which rules an index is over, the anchor of each (none: it is offered always), and the fields used further up. */
type Plan = {
  readonly numbers: readonly number[];
  readonly anchors: readonly (string | undefined)[];
  readonly used: ReadonlySet<string>;
};

/** An index over `numbers` by fields not yet used, where it would halve what is looked at for at least half of them. */
function narrow(rules: Rules, numbers: readonly number[], used: ReadonlySet<string>): RuleIndex | undefined {
  if (numbers.length <= POSTINGS_MAX) return undefined;
  const alternatives = numbers.map((number) => rules.alternatives[number] ?? new Map());
  const anchors = chooseAnchors(alternatives, { used, costMax: numbers.length / 2 });
  if (anchors.filter((path) => path !== undefined).length < numbers.length / 2) return undefined;
  return RuleIndex.within(rules, { numbers, anchors, used });
}

function askAnchor(anchor: Anchor, reader: EventReader, take: TakePostings): void {
  if (anchor.seen === reader.count) return;
  anchor.seen = reader.count;
  const { index, whenAbsent } = anchor;
  const content = reader.content(anchor.field);
  if (content instanceof FieldValues) {
    content.each((value) => index.offer(value, take));
    if (content.arrays.length > 0) take(whenAbsent);
  } else if (content === undefined) take(whenAbsent);
  else index.offer(content, take);
}

function presentFields(anchors: readonly Anchor[]): PresentFields<Anchor> {
  const present = new PresentFields<Anchor>();
  for (const anchor of anchors) present.add(anchor.field.segments, anchor);
  return present;
}
