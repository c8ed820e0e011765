import type { AwsRequest } from "@ephor/domain/aws-call";
import { canonicalJson } from "@ephor/domain/canonical-json";
import { EphorException } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { deniesEveryone } from "@ephor/domain/policy-document/denies-everyone";
import { parsePolicyDocument } from "@ephor/domain/policy-document/parse-policy-document";
import type { PolicyStatement } from "@ephor/domain/policy-document/policy-document";
import { type PublicCut, withoutPublic } from "@ephor/domain/policy-document/without-public";
import type { Change, PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, unsupported } from "./ask.ts";
import { quoted } from "./quoted.ts";

/** A resource's policy as AWS gives it, in the order and the spelling in which it is written; null where it has none. */
export const policyStateSchema = z.strictObject({
  policy: z.custom<JsonObject>((value) => parsePolicyDocument(value).ok && isJsonObject(value)).nullable(),
});
export type PolicyState = z.infer<typeof policyStateSchema>;

/** A policy as calls take it: members in one order, so that the same document is the same text. */
export const policyText = (document: JsonObject): string => canonicalJson(document);

/** The document in the text that a call gave; null for none, which takes the policy away. */
export function policyGiven(text: unknown): JsonObject | null {
  const given: JsonObject | null = typeof text === "string" && text !== "" ? JSON.parse(text) : null;
  return given;
}

/**
 * The policy in AWS's answer. `remediation.unsupported` where it cannot be read, and where it denies everyone `action`
 * (to set the policy): what could not be taken back is not begun.
 */
export function policyIn(text: string | null | undefined, action: string): Asked<JsonObject | null> {
  if (text === null || text === undefined || text === "") return ok(null);
  const parsed = parsePolicyDocument(text);
  if (!parsed.ok) return unsupported(`the policy cannot be read: ${parsed.error.message}`);
  const document: unknown = JSON.parse(text);
  if (!isJsonObject(document)) return unsupported("the policy cannot be read: expected an object");
  if (deniesEveryone(parsed.value, action)) {
    return unsupported(`the policy denies ${action} to everyone, so that a change of it could not be taken back`);
  }
  return ok(document);
}

/** How one service's policies are set. */
export type PolicyCalls = {
  /** Whose policy: "bucket reports". */
  readonly subject: string;
  readonly put: (document: JsonObject) => AwsRequest;
  /** Takes the whole policy away. */
  readonly remove: () => AwsRequest;
  /** What stands in the place of a policy with nothing left, where the service always has one. */
  readonly leastPolicy?: JsonObject;
};

/** Takes out of the policy what lets everyone in. */
export function publicRemoval<S extends PolicyState>(state: S, calls: PolicyCalls): Change<S> {
  const { subject, leastPolicy = null } = calls;
  const cut = cutOf(state.policy);
  const offending = [...cut.removed, ...cut.narrowed];
  if (offending.length === 0) {
    return { calls: [], after: state, blast: `Nothing: the policy of ${subject} lets in nobody unnamed.` };
  }
  const policy = cut.document ?? leastPolicy;
  const says = `${wordsOf(cut)} the policy of ${subject}`;
  const call = policy === null ? calls.remove() : calls.put(policy);
  const actions = listed(offending.flatMap(({ actions: { kind, of } }) => (kind === "only" ? of : ["most actions"])));
  const blast = `Whoever uses ${subject} without being named in its policy is refused: ${actions}.`;
  return { calls: [{ ...call, says }], after: { ...state, policy }, blast };
}

/** Puts the former policy back, whole. */
export function policyUndo(before: PolicyState, current: PolicyState, calls: PolicyCalls): readonly PlannedCall[] {
  if (canonicalJson(before.policy) === canonicalJson(current.policy)) return [];
  const call = before.policy === null ? calls.remove() : calls.put(before.policy);
  const says =
    before.policy === null
      ? `Take the policy of ${calls.subject} away, as it had none`
      : `Put the former policy of ${calls.subject} back`;
  return [{ ...call, says }];
}

/** State, change and undo of a remediation that removes what a policy allows to everyone, and of nothing else. */
export const publicRemovalBy = (callsFor: (target: RemediationTarget) => PolicyCalls) => ({
  state: policyStateSchema,
  change: (state: PolicyState, target: RemediationTarget) => publicRemoval(state, callsFor(target)),
  undo: ({ before, current, target }: { before: PolicyState; current: PolicyState; target: RemediationTarget }) =>
    policyUndo(before, current, callsFor(target)),
});

function cutOf(policy: JsonObject | null): PublicCut {
  if (policy === null) return { document: null, removed: [], narrowed: [] };
  const cut = withoutPublic(policy);
  if (!cut.ok) throw new EphorException(cut.error);
  return cut.value;
}

function wordsOf({ removed, narrowed }: PublicCut): string {
  const parts = [
    ...(removed.length === 0 ? [] : [`Remove ${namesOf(removed)}`]),
    ...(narrowed.length === 0
      ? []
      : [`${removed.length === 0 ? "Take" : "take"} everyone out of ${namesOf(narrowed)}`]),
  ];
  return `${parts.join(" and ")} ${narrowed.length === 0 ? "from" : "in"}`;
}

function namesOf(statements: readonly PolicyStatement[]): string {
  const sids = statements.flatMap(({ sid }) => (sid === undefined ? [] : [quoted(sid)]));
  const count = statements.length === 1 ? "the public statement" : `${statements.length} public statements`;
  return sids.length === 0 ? count : `${count} ${listed(sids)}`;
}

const LISTED_MAX = 3;
/** The first few of them, each once. */
function listed(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  const more = all.length > LISTED_MAX ? [`${all.length - LISTED_MAX} more`] : [];
  return [...all.slice(0, LISTED_MAX).map((text) => text.slice(0, 90)), ...more].join(", ");
}
