import type { JsonObject } from "@ephor/domain/json";
import { type Change, namesAll, type PlannedCall, type RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { quoted } from "./quoted.ts";
import { setSchema, sortedSet } from "./values.ts";

/** AWS's name for everyone in lists of those who may use a snapshot or an image. */
export const EVERYONE = "all";

/** Those among whom a thing is shared that this remediation takes out: everyone, and whom the finding names. */
const sharedStateSchema = z.strictObject({ sharedWith: setSchema });
export type SharedState = z.infer<typeof sharedStateSchema>;

/** Who is taken out or, where `isRemoved` is false, let in. */
export type Names = { readonly names: readonly string[]; readonly isRemoved: boolean };

const evidenceSchema = z.object({
  everyone: z.boolean().default(false),
  others: z.array(z.string().max(1000)).max(1000).default([]),
});

/** Whom a finding of sharing names; nobody where the evidence is of another kind. */
function named(evidence: JsonObject): readonly string[] {
  const read = evidenceSchema.safeParse(evidence);
  if (!read.success) return [];
  return [...(read.data.everyone ? [EVERYONE] : []), ...read.data.others];
}

/**
 * Of all whom the thing is shared with: everyone, and the accounts and organizations that the finding names. Other
 * accounts stay: who they are is for their owner to say. A finding that was seen more than once names only the first
 * sharing, so then all of them go, and whoever approves sees each.
 */
export function offending(shared: readonly string[], target: RemediationTarget): SharedState {
  if (!namesAll(target)) return { sharedWith: sortedSet(shared) };
  const out = new Set([EVERYONE, ...named(target.evidence)]);
  return { sharedWith: sortedSet(shared.filter((each) => out.has(each))) };
}

function sharedByEvidence({ evidence }: RemediationTarget): SharedState | undefined {
  const sharedWith = sortedSet(named(evidence));
  return sharedWith.length === 0 ? undefined : { sharedWith };
}

/** Those of `before` that `current` lacks: whom undo lets in again. */
const missingFrom = ({ before, current }: { before: SharedState; current: SharedState }): readonly string[] =>
  before.sharedWith.filter((each) => !current.sharedWith.includes(each));

/** "everyone", or the names, not more than a line of them. */
function inWords(names: readonly string[]): string {
  if (names.includes(EVERYONE)) return names.length === 1 ? "everyone" : `everyone and ${names.length - 1} more`;
  const [first = "nobody", ...rest] = names;
  return rest.length === 0 ? quoted(first) : `${quoted(first)} and ${rest.length} more`;
}

/** What a call does that takes `names` off the list of `thing` or puts them on it again, in words. */
export const sharingSaid = (thing: string, { names, isRemoved }: Names): string =>
  isRemoved ? `Stop sharing ${thing} with ${inWords(names)}` : `Share ${thing} with ${inWords(names)} again`;

type Unsharing = {
  /** "image ami-0a1b2c3d" */
  readonly nameOf: (target: RemediationTarget) => string;
  /** The calls for `names`, of which there may be none. */
  readonly modify: (target: RemediationTarget, of: Names) => readonly PlannedCall[];
  /** What those who are taken out lose, and what stays theirs. */
  readonly blast: (name: string) => string;
};

/** State, evidence, change and undo of taking people off the list of those who may use a thing. */
export function unsharing({ nameOf, modify, blast }: Unsharing) {
  return {
    state: sharedStateSchema,
    fromEvidence: sharedByEvidence,
    change: ({ sharedWith: names }: SharedState, target: RemediationTarget): Change<SharedState> => ({
      calls: modify(target, { names, isRemoved: true }),
      after: { sharedWith: [] },
      blast: names.length === 0 ? `Nothing: ${nameOf(target)} is not shared that way.` : blast(nameOf(target)),
    }),
    undo: ({ target, ...sides }: { before: SharedState; current: SharedState; target: RemediationTarget }) =>
      modify(target, { names: missingFrom(sides), isRemoved: false }),
  };
}

/** The state after a call that takes out or lets in `names`. */
export function simulateSharing({ sharedWith }: SharedState, of: Names): SharedState {
  const rest = sharedWith.filter((each) => !of.names.includes(each));
  return { sharedWith: of.isRemoved ? rest : sortedSet([...rest, ...of.names]) };
}
