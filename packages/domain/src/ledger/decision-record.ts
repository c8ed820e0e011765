import { isDecisionSigned, statementIn } from "./decision-statement.ts";
import type { VerifierKey } from "./ledger-key.ts";
import type { LeafRecord } from "./record-schema.ts";

/**
 * Whether a record says what a person decided on an approval; one that names a decision is never anything less. What was
 * refused was not decided: it counts for nothing, says why, and nobody signed it.
 */
export const isDecision = (record: LeafRecord): boolean =>
  record.entity_type === "approval" &&
  (record.did === "decided" || (record.decision !== undefined && !isRefusal(record)));

const isRefusal = ({ did, error, key_id: keyId, signature }: LeafRecord): boolean =>
  did === "refused" && error !== undefined && keyId === undefined && signature === undefined;

/**
 * What is wrong with the signature of a decision's record; undefined where one of `keys`, the log's present and former
 * ones, signed just this decision. A leaf and public keys are enough: what is signed stands in the leaf in the open, so
 * whoever holds an export can check it, also after an erasure.
 */
export function decisionFault(record: LeafRecord, keys: readonly VerifierKey[]): string | undefined {
  const { key_id: keyId, signature } = record;
  const statement = statementIn(record);
  if (statement === undefined)
    return "a decision that does not say what was decided, on what, by whom, or which one of how many it is: expected decision, plan_hash or parent, who, decision_number and approvals_min";
  if (keyId === undefined || signature === undefined)
    return "a decision without signature: expected key_id and signature, as in every decision";
  if (!keys.some(({ id }) => id === keyId)) {
    const known = keys.map(({ id }) => id).join(", ");
    return `a decision signed by key ${keyId}, which is none of the log's: expected ${known || "a key, and none is known"}`;
  }
  if (isDecisionSigned(statement, { keyId, signature, keys })) return undefined;
  const { approvalId, number, approvalsMin, about, decision, who, authMethod, at } = statement;
  return `key ${keyId} did not sign this decision: expected its signature over decision ${number} of approval ${approvalId}, which takes ${approvalsMin}: ${decision} on ${about} at ${at} by the person of commitment ${who}, known by ${authMethod ?? "nothing that is told"}`;
}
