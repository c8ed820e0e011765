import { coversAction } from "./grants-admin.ts";
import { isEveryone } from "./is-public-statement.ts";
import type { PolicyDocument } from "./policy-document.ts";

/**
 * True if the document denies `action` to everyone, without any condition: then nobody but the account's root user can
 * change the policy again, so that no change of it could be taken back.
 */
export const deniesEveryone = ({ statements }: PolicyDocument, action: string): boolean =>
  statements.some(
    (statement) =>
      statement.effect === "Deny" &&
      statement.principals?.kind === "only" &&
      statement.principals.of.some(isEveryone) &&
      statement.conditions.length === 0 &&
      coversAction(statement, action),
  );
