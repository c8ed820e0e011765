import { verify } from "node:crypto";
import type { DecisionWord } from "../approval.ts";
import { fromBase64 } from "./hash.ts";
import type { VerifierKey } from "./ledger-key.ts";

/** What a decision binds, each a field of its ledger record; who decided is committed to by the record alone. */
export type DecisionStatement = {
  readonly tenant: string;
  readonly approvalId: string;
  /** The hash of the plan, or the id of the exception. */
  readonly about: string;
  readonly decision: DecisionWord;
  /** RFC 3339. */
  readonly at: string;
};

/**
 * The text that is signed for a decision: a title, then a line each. No checkpoint has this form (its second line is a
 * number), so a signature over one is never one over the other. It names no person: the record's salted `who` does,
 * and so the signature outlives an erasure.
 */
export const decisionStatement = ({ tenant, approvalId, about, decision, at }: DecisionStatement): string =>
  `ephor approval decision v1\napproval ${approvalId}\nabout ${about}\ndecision ${decision}\nat ${at}\ntenant ${tenant}\n`;

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
