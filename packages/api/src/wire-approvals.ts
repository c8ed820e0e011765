import type { ApprovalDeps } from "@ephor/app/approval-items";
import type { ApprovalLinks } from "@ephor/app/approval-links";
import type { Counters } from "@ephor/app/counters";
import { decideApproval } from "@ephor/app/decide-approval";
import { decideByLink } from "@ephor/app/decide-by-link";
import { listApprovals } from "@ephor/app/list-approvals";
import type { Log, StatementSigner } from "@ephor/app/ports";
import { showApproval } from "@ephor/app/show-approval";
import { viewLink } from "@ephor/app/view-approval-link";
import { ok } from "@ephor/domain/result";
import { refuse } from "./api-error.ts";
import type { ApprovalUseCases } from "./approval-use-cases.ts";

export type ApprovalUseCaseDeps = ApprovalDeps & {
  readonly cursorKey: Uint8Array;
  readonly signer: StatementSigner;
  readonly links: ApprovalLinks;
  readonly log: Log;
  readonly counters: Counters;
};

const NOBODY = "only people decide: this needs a token or session of a person (`ephor token create NAME --person ID`)";

/** The part of the API's questions that is about approvals. */
export function wireApprovals(d: ApprovalUseCaseDeps, whyOf: (detection: string) => string | null): ApprovalUseCases {
  const linkDeps = { ...d, countForged: () => d.counters.add("ephor_forged_links_total") };
  const show: ApprovalUseCases["showApproval"] = async ({ caller, id }) => {
    const shown = await showApproval(d, { tenant: caller.tenant, id });
    if (!shown.ok) return shown;
    const { finding } = shown.value;
    return ok({ ...shown.value, why: finding === null ? null : whyOf(finding.detection) });
  };
  return {
    listApprovals: ({ caller, ...query }) => listApprovals(d, { ...query, tenant: caller.tenant }),
    showApproval: show,
    decideApproval: async ({ caller, id, decision, reason, ...asked }) => {
      const { tenant, person } = caller;
      if (person === null) return refuse("auth.forbidden", NOBODY);
      const said = { person, decision, reason, via: "api" } as const;
      const decided = await decideApproval(d, { ...asked, tenant, approvalId: id, decision: said });
      return decided.ok ? show({ caller, id }) : decided;
    },
    viewApprovalLink: (of) => viewLink(linkDeps, of),
    decideByLink: (of) => decideByLink(linkDeps, of),
    nameOf: (id) => d.config.people.find((person) => person.id === id)?.name ?? id,
    whyOf,
  };
}
