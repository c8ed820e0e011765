import { matcherKey } from "./matcher.ts";
import { type Alternative, PATTERN_LIMITS, type ValueMatcher } from "./pattern.ts";
import { complexityOf } from "./wildcard-complexity.ts";

/** Branches looked at before a pattern is called too complex without counting on. */
const BRANCHES_MAX = 20_000;

/** A point between fields that alternatives pass through, in the order of their paths. */
type Branch = { readonly fields: Map<string, FieldAtBranch> };

/** A field asked for at a branch: where each of its matchers leads, and the wildcard expressions among them. */
type FieldAtBranch = { readonly next: Map<string, Branch>; readonly wildcards: Map<string, readonly string[]> };

/**
 * Whether the wildcards of a pattern are too complex: EventBridge refuses a rule in which one value of a field could
 * meet more than PATTERN_LIMITS.wildcardComplexity wildcard prefixes at once. AWS publishes the measure (event-ruler's
 * MachineComplexityEvaluator), not the bound; ten agrees with the answers it is known to have given.
 * Alternatives count together for a field when they have a matcher in common in each field that sorts before it.
 */
export function isTooComplex(alternatives: readonly Alternative[]): boolean {
  if (!alternatives.some(hasWildcard)) return false;
  const tree = new BranchTree();
  for (const alternative of alternatives) {
    if (!tree.add(alternative)) return true;
  }
  return tree.fields.some(({ wildcards }) => complexityOf([...wildcards.values()]) > PATTERN_LIMITS.wildcardComplexity);
}

class BranchTree {
  readonly fields: FieldAtBranch[] = [];
  readonly #root: Branch = { fields: new Map() };
  #branches = 0;

  /** False when the tree has become too large to count. */
  add(alternative: Alternative): boolean {
    let branches: ReadonlySet<Branch> = new Set([this.#root]);
    for (const path of [...alternative.keys()].sort()) {
      const next = new Set<Branch>();
      for (const branch of branches) {
        for (const reached of this.#follow(this.#field(branch, path), alternative.get(path) ?? [])) next.add(reached);
      }
      branches = next;
      if (this.#branches > BRANCHES_MAX) return false;
    }
    return true;
  }

  #field(branch: Branch, path: string): FieldAtBranch {
    const known = branch.fields.get(path);
    if (known !== undefined) return known;
    const field: FieldAtBranch = { next: new Map(), wildcards: new Map() };
    branch.fields.set(path, field);
    this.fields.push(field);
    return field;
  }

  /** A matcher that the field has leads where it led; new ones lead where the matcher before them does. */
  #follow({ next, wildcards }: FieldAtBranch, matchers: readonly ValueMatcher[]): ReadonlySet<Branch> {
    const reached = new Set<Branch>();
    let last: Branch | undefined;
    for (const matcher of matchers) {
      const key = matcherKey(matcher);
      last = next.get(key) ?? last ?? this.#newBranch();
      next.set(key, last);
      reached.add(last);
      const expressions = wildcardsIn(matcher);
      if (expressions.length > 0) wildcards.set(`${matcher.kind} ${expressions.join(" ")}`, expressions);
    }
    return reached;
  }

  #newBranch(): Branch {
    this.#branches++;
    return { fields: new Map() };
  }
}

const hasWildcard = (alternative: Alternative): boolean =>
  [...alternative.values()].some((matchers) => matchers.some((matcher) => wildcardsIn(matcher).length > 0));

/** The wildcard expressions of a matcher, each once and in order: a list means the same in any order. */
function wildcardsIn(matcher: ValueMatcher): readonly string[] {
  const parts = matcher.kind === "anything-but" ? matcher.none : [matcher];
  return [...new Set(parts.flatMap((part) => (part.kind === "wildcard" ? [part.text] : [])))].sort();
}
