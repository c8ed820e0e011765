import { verify } from "node:crypto";
import type { DecisionWord } from "../approval.ts";
import { fromBase64 } from "./hash.ts";
import type { VerifierKey } from "./ledger-key.ts";
import type { LeafRecord } from "./record-schema.ts";

/** What a decision binds, each as it stands in the leaf of its ledger record. */
export type DecisionStatement = {
  readonly tenant: string;
  readonly approvalId: string;
  /** Which decision on its approval it is, from 1: a signature stands for one of them alone. */
  readonly number: number;
  /** How many people had to approve. */
  readonly approvalsMin: number;
  /** The hash of the plan, or the id of the exception. */
  readonly about: string;
  readonly decision: DecisionWord;
  /** The salted hash of who decided (`record-values.ts`, commitment). */
  readonly who: string;
  /** How they were known; undefined where the record does not say. */
  readonly authMethod: string | undefined;
  /** RFC 3339. */
  readonly at: string;
};

/** What stands for a value that the record does not have; no way of being known is called so. */
const NONE = "-";

/**
 * The text that is signed for a decision: a title, then a line each. No checkpoint has this form (its second line is a
 * number), so a signature over one is never one over the other. Who decided is in it as the commitment of the record's
 * `who`: nobody else can be put in their place, and the signature outlives an erasure. Every value is one line, so no text
 * can be read as another statement.
 */
export const decisionStatement = (of: DecisionStatement): string =>
  `ephor approval decision v1
approval ${of.approvalId}
number ${of.number}
approvals_min ${of.approvalsMin}
about ${of.about}
decision ${of.decision}
who ${of.who}
auth_method ${of.authMethod ?? NONE}
at ${of.at}
tenant ${of.tenant}
`;

/**
 * What a record of a decision states, by its leaf alone: for whoever signs it and for whoever checks it. `about` is the
 * plan's hash, or for an approval that has none the exception that it belongs to. Undefined where something is missing.
 */
export function statementIn(record: LeafRecord): DecisionStatement | undefined {
  const { tenant, this: approvalId, decision, who, auth_method: authMethod, time: at } = record;
  const { decision_number: number, approvals_min: approvalsMin } = record;
  const about = record.plan_hash ?? record.parent;
  if (number === undefined || approvalsMin === undefined || about === undefined) return undefined;
  if (decision === undefined || who === undefined) return undefined;
  return { tenant, approvalId, number, approvalsMin, about, decision, who: who.sha256, authMethod, at };
}

/** Whether the key that `keyId` names signed the statement. */
export function isDecisionSigned(
  statement: DecisionStatement,
  { keyId, signature, keys }: { keyId: string; signature: string; keys: readonly VerifierKey[] },
): boolean {
  const key = keys.find(({ id }) => id === keyId);
  const bytes = fromBase64(signature);
  if (key === undefined || bytes === undefined) return false;
  return verify(null, Buffer.from(decisionStatement(statement)), key.publicKey, bytes);
}
