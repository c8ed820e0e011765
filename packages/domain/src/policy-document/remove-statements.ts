import type { PolicyDocument, PolicyStatement } from "./policy-document.ts";

export type RemovedStatements = {
  /** Null when no statement is left: AWS takes no empty policy, so the policy itself has to go. */
  readonly document: PolicyDocument | null;
  readonly removed: readonly PolicyStatement[];
};

/** `document` without the statements that `offends` names; the others stay as and where they were. */
export function removeStatements(
  document: PolicyDocument,
  offends: (statement: PolicyStatement) => boolean,
): RemovedStatements {
  const { yes: removed = [], no: kept = [] } = Object.groupBy(document.statements, (each) =>
    offends(each) ? "yes" : "no",
  );
  return { document: kept.length === 0 ? null : { ...document, statements: kept }, removed };
}
