import type { Caller } from "@ephor/app/caller";
import type { LinkDecided, LinkDecision } from "@ephor/app/decide-by-link";
import type { ApprovalLine, ShownApproval as StoredApproval } from "@ephor/app/show-approval";
import type { LinkAsked, LinkView } from "@ephor/app/view-approval-link";
import type { ApprovalState, DecisionWord } from "@ephor/domain/approval";
import type { Result } from "@ephor/domain/result";

export type { ApprovalLine };
/** `why`: why the finding matters, in the catalogue's words. */
export type ShownApproval = StoredApproval & { readonly why: string | null };

/** What the API asks about approvals. Links carry their own right, so theirs ask for no caller. */
export type ApprovalUseCases = {
  listApprovals(of: {
    readonly caller: Caller;
    readonly state?: ApprovalState;
    readonly cursor?: string;
    readonly limit: number;
  }): Promise<Result<{ readonly items: readonly ApprovalLine[]; readonly cursor: string | null }>>;
  showApproval(of: { readonly caller: Caller; readonly id: string }): Promise<Result<ShownApproval>>;
  /** By the caller's own person; `auth.forbidden` where the caller is none. */
  decideApproval(of: {
    readonly caller: Caller;
    readonly id: string;
    readonly decision: DecisionWord;
    readonly reason: string;
    readonly tokenId?: string;
    readonly address: string;
    readonly correlationId: string;
  }): Promise<Result<ShownApproval>>;
  viewApprovalLink(of: LinkAsked): Promise<LinkView>;
  decideByLink(of: LinkDecision): Promise<LinkDecided>;
  /** A person's name, or the id where the configuration has no such person (any more). */
  nameOf(id: string): string;
  whyOf(detection: string): string | null;
};
