import type { Approval, ApprovalTerms } from "@ephor/domain/approval";
import { canBeApproved, peopleAsked } from "@ephor/domain/approval-decision";
import type { Config } from "@ephor/domain/config/config";
import { timestamp } from "@ephor/domain/time";
import { approvalIdFor } from "./approval-items.ts";
import { mayActAs } from "./caller.ts";
import type { PlanRef } from "./response-items.ts";

type Asking = {
  readonly ref: Pick<PlanRef, "tenant" | "findingId" | "generation" | "planHash">;
  readonly terms: ApprovalTerms;
  /** People whose acts the finding tells of: they decide no more than whoever asks. */
  readonly causes: readonly string[];
  /** Who asks, a person's id. */
  readonly person: string;
  readonly config: Pick<Config, "groups" | "people">;
};
const NAMES_MAX = 5;

/** Why nobody could ever approve what `person` asks for, and who could ask for it instead; undefined where it can be. */
export function tooFew({ ref, terms, causes, person, config }: Asking): string | undefined {
  const { groups, people } = config;
  const askedBy = (requester: string): Approval => asApproval({ ref, terms, causes, requester });
  if (canBeApproved(askedBy(person), groups)) return undefined;
  const left = peopleAsked(askedBy(person), groups);
  const others = people.filter(
    ({ id, roles }) =>
      id !== person &&
      !causes.includes(id) &&
      roles.some((role) => mayActAs(role, "operator")) &&
      canBeApproved(askedBy(id), groups),
  );
  const named = terms.groups.join(", ");
  const who = left.length === 0 ? "nobody" : `only ${left.join(", ")}`;
  const barred = causes.length === 0 ? "" : `, nor does whoever caused the finding (${causes.join(", ")})`;
  const hint =
    others.length === 0
      ? `add people to ${named}`
      : `let one of these ask: ${listed(others.map(({ id }) => id))}; or add people to ${named}`;
  return `nobody could approve it: it takes ${terms.approvalsNeeded} people of ${named}, and ${who} could; ${person} asks and does not decide${barred}: ${hint}`;
}

const listed = (ids: readonly string[]): string =>
  ids.length > NAMES_MAX ? `${ids.slice(0, NAMES_MAX).join(", ")} and others` : ids.join(", ");

/** What would be opened, as far as it matters who may decide; the fallback group counts, since it is asked in the end. */
function asApproval({
  ref: { tenant, ...ofPlan },
  terms,
  causes,
  requester,
}: Omit<Asking, "config" | "person"> & { readonly requester: string }): Approval {
  const { findingId, generation, planHash } = ofPlan;
  const subject = { kind: "rollback", findingId, generation, planHash } as const;
  const at = timestamp(0);
  return {
    ...{ id: approvalIdFor(tenant, subject), tenant, subject, terms, title: "", requester, excluded: causes },
    ...{ account: null, region: null, resource: null, state: "pending", openedAt: at, expiresAt: at, endedAt: null },
    ...{ decisions: [], reminders: Number.MAX_SAFE_INTEGER, token: null, correlationId: "" },
  };
}
