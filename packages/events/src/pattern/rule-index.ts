import { Anchor } from "./anchor.ts";
import { chooseAnchors } from "./choose-anchors.ts";
import type { EventReader } from "./event-reader.ts";
import type { Alternative } from "./pattern.ts";
import { type Narrower, newPostings, type TakePostings } from "./postings.ts";
import { PresentFields } from "./present-fields.ts";
import { Selectivity } from "./selectivity.ts";

/** Anchors up to which each is asked for; beyond, the event is gone through instead. */
const ANCHORS_ASKED_MAX = 32;
/** Rules that one matcher may find without a further index over their other fields. */
const POSTINGS_MAX = 4;

/** What indexes are built from: every rule by number, and the reader that their fields belong to. */
export type Rules = {
  readonly alternatives: readonly Alternative[];
  readonly selectivity: Selectivity;
  readonly reader: EventReader;
};

/** The rules an index is over, each with the path of its anchor (none: it is offered always), and the paths used above. */
type Plan = {
  readonly members: readonly { readonly rule: number; readonly path: string | undefined }[];
  readonly used: ReadonlySet<string>;
};

/**
 * Finds the rules that an event may match by the values of their anchors. Rules that share a value of their anchor
 * with many others stand in an index of their own below it, by another field.
 */
export class RuleIndex implements Narrower {
  readonly #always = newPostings();
  readonly #asked: readonly Anchor[];
  readonly #present: PresentFields<Anchor> | undefined;
  #seen = 0;

  constructor(rules: Rules, { members, used }: Plan) {
    const anchors = new Map<string, Anchor>();
    for (const { rule, path } of members) {
      if (path === undefined) {
        this.#always.rules.push(rule);
        continue;
      }
      const anchor = anchors.get(path) ?? new Anchor(rules.reader.field(path));
      anchors.set(path, anchor);
      anchor.add(rules.alternatives[rule]?.get(path) ?? [], rule);
    }
    for (const [path, anchor] of anchors) {
      const below = new Set([...used, path]);
      for (const postings of anchor.seal())
        postings.narrower = narrowerIndex(rules, { among: postings.rules, used: below });
    }
    const all = [...anchors.values()];
    const isFew = all.length <= ANCHORS_ASKED_MAX;
    this.#asked = isFew ? all : all.filter(({ whenAbsent }) => whenAbsent.rules.length > 0);
    this.#present = isFew ? undefined : presentFields(all);
  }

  /** Gives the rules that the event being read may match, once an event. */
  ask(reader: EventReader, take: TakePostings): void {
    if (this.#seen === reader.count) return;
    this.#seen = reader.count;
    if (this.#always.rules.length > 0) take(this.#always);
    for (const anchor of this.#asked) anchor.ask(reader, take);
    this.#present?.each(reader.event, (anchor) => anchor.ask(reader, take));
  }
}

/** An index over all rules. */
export function ruleIndex(rules: Rules): RuleIndex {
  const { alternatives, selectivity } = rules;
  const paths = chooseAnchors(alternatives, { selectivity, used: new Set(), costMax: Number.POSITIVE_INFINITY });
  return new RuleIndex(rules, { members: paths.map((path, rule) => ({ rule, path })), used: new Set() });
}

type Share = { readonly among: readonly number[]; readonly used: ReadonlySet<string> };

/** An index over `among` by fields not yet used, where it would halve what is looked at for at least half of them. */
function narrowerIndex(rules: Rules, { among, used }: Share): RuleIndex | undefined {
  if (among.length <= POSTINGS_MAX) return undefined;
  const alternatives = among.map((rule) => rules.alternatives[rule] ?? new Map());
  const selectivity = new Selectivity(alternatives);
  const paths = chooseAnchors(alternatives, { selectivity, used, costMax: among.length / 2 });
  if (paths.filter((path) => path !== undefined).length < among.length / 2) return undefined;
  return new RuleIndex(rules, { members: among.map((rule, i) => ({ rule, path: paths[i] })), used });
}

function presentFields(anchors: readonly Anchor[]): PresentFields<Anchor> {
  const present = new PresentFields<Anchor>();
  for (const anchor of anchors) present.add(anchor.field.segments, anchor);
  return present;
}
