import type { Approval, Decision } from "@ephor/domain/approval";
import { type ApprovalRefused, countOf, decide, type NotEligible } from "@ephor/domain/approval-decision";
import { decisionStatement, statementIn } from "@ephor/domain/ledger/decision-statement";
import type { LeafRecord } from "@ephor/domain/ledger/record";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { noteRefusal } from "./approval-desk.ts";
import { type ApprovalDeps, type ApprovalView, viewOf } from "./approval-items.ts";
import { approvalDraft, endWrites, timelineWrites } from "./approval-told.ts";
import { type approvalChanger, type ChangeError, changeApproval } from "./change-approval.ts";
import { causesOf } from "./finding-causes.ts";
import { decode } from "./items.ts";
import { findingKey, responseKey } from "./keys.ts";
import { appendSigned } from "./ledger-record.ts";
import type { Item, StatementSigner, Write } from "./ports.ts";

export type DecideDeps = ApprovalDeps & { readonly signer: StatementSigner };
export type DecideApproval = {
  readonly tenant: Tenant;
  readonly approvalId: string;
  readonly decision: Omit<Decision, "at">;
  /** Id of the API token that was used, where one was. */
  readonly tokenId?: string;
  readonly address?: string;
  readonly correlationId: string;
};
export type DecideError = ApprovalRefused | NotEligible | ChangeError;
/** `isNew` is false where the same person had said the same before. */
export type Decided = { readonly approval: ApprovalView; readonly isNew: boolean };

/**
 * Counts one person's decision exactly once, whoever else decides at the same moment. One commit holds the approval, its
 * signed ledger record, the timeline, and, with the decision that ends it, the answer to the execution that waits.
 * Errors: those of the pure `decide`, which are ledgered (a bounded number for a person and approval); `approval.not-found`;
 * `store.conflict`.
 */
export const decideApproval = decider(changeApproval);

/** The same for another process, so to speak: a changer of its own lines up with no other. */
export function decider(change: ReturnType<typeof approvalChanger>) {
  return async (d: DecideDeps, of: DecideApproval): Promise<Result<Decided, DecideError>> => {
    const { tenant, approvalId } = of;
    const changed = await change<ApprovalRefused | NotEligible>(d, {
      ...{ tenant, approvalId },
      change: (known, now) => decided(d, { known, now, of }),
    });
    if (changed.ok) return ok({ approval: viewOf(changed.value.approval), isNew: changed.value.isChanged });
    const { error } = changed;
    if (error.code === "approval.refused" || error.code === "approval.not-eligible") {
      await noteRefusal(d, { ...of, code: error.code, message: error.message });
    }
    return changed;
  };
}

type Deciding = { readonly known: Approval; readonly now: Timestamp; readonly of: DecideApproval };

async function decided(d: DecideDeps, { known: stored, now, of }: Deciding) {
  const known = await withCauses(d, stored);
  const current = await currentPlan(d, known);
  const planHash = current?.planHash ?? undefined;
  const after = decide(known, {
    ...{ decision: of.decision, groups: d.config.groups, now },
    ...(planHash === undefined ? {} : { planHash }),
  });
  if (!after.ok) return after;
  if (after.value === known) return ok({ approval: known, writes: [] });
  const writes = await decisionWrites(d, { approval: after.value, known, now, of });
  return ok({ approval: after.value, writes: [...writes, ...unchanged(current?.item)] });
}

/** Who did it again since the approval opened decides on it no more than who began. */
async function withCauses(d: ApprovalDeps, approval: Approval): Promise<Approval> {
  const { subject, tenant, excluded } = approval;
  if (subject.kind === "exception") return approval;
  const item = await d.store.get(findingKey(tenant, subject.findingId));
  if (item === undefined) return approval;
  const { people } = await causesOf(d, { finding: decode("finding", item), people: d.config.people });
  const more = people.filter((id) => !excluded.includes(id));
  return more.length === 0 ? approval : { ...approval, excluded: [...excluded, ...more] };
}

/** The plan of the response that this approval belongs to; another one means that this is asked for no more. */
async function currentPlan(
  d: ApprovalDeps,
  { tenant, subject }: Approval,
): Promise<{ readonly planHash: string | null; readonly item: Item } | undefined> {
  if (subject.kind !== "plan") return undefined;
  const item = await d.store.get(responseKey(tenant, subject));
  return item && { planHash: decode("response", item).planHash, item };
}

const unchanged = (item: Item | undefined): readonly Write[] =>
  item === undefined ? [] : [{ kind: "check", key: item, when: { kind: "version", version: item.version } }];

async function decisionWrites(
  d: DecideDeps,
  { approval, known, now, of }: Deciding & { readonly approval: Approval },
): Promise<readonly Write[]> {
  const { person, decision, reason } = of.decision;
  const { correlationId } = of;
  const place = approval.decisions.length;
  const by = person;
  const word = decision === "approve" ? "Approved" : "Rejected";
  const line = { at: now, by, correlationId } as const;
  const isEnd = approval.state !== known.state;
  return [
    ...timelineWrites(approval, {
      ...{ ...line, kind: "approval.decided", text: reason === "" ? word : `${word}: ${reason}` },
      cause: `decision ${place}`,
    }),
    await decisionRecord(d, { approval, known, now, of }),
    ...(isEnd ? timelineWrites(approval, { ...line, ...endLine(approval, d.config.groups) }) : []),
    ...(isEnd ? endWrites(approval, now) : []),
  ];
}

function endLine(approval: Approval, groups: ApprovalDeps["config"]["groups"]) {
  const { approvers, rejecters } = countOf(approval, groups);
  const people = approval.state === "approved" ? approvers : rejecters;
  return {
    kind: "approval.ended",
    text: `The approval is ${approval.state} by ${people.join(", ")}`,
    cause: approval.state,
  } as const;
}

/** Signed over what its leaf says. Its key names no person, so that nothing of them is left after an erasure. */
function decisionRecord(
  d: DecideDeps,
  { approval, known, now, of }: Deciding & { readonly approval: Approval },
): Promise<Write> {
  const { person, decision, reason, via } = of.decision;
  const number = approval.decisions.length;
  const group = [...countOf(approval, d.config.groups).forGroup].find(([, member]) => member === person)?.[0];
  const draft = approvalDraft(approval, {
    ...{ key: `decision ${number}`, time: now, did: "decided", decision, decision_number: number, who: person },
    ...{ who_type: "person", status: approval.state, status_before: known.state },
    correlation_id: of.correlationId,
    ...(reason === "" ? {} : { reason }),
    ...(via === "api" ? {} : { auth_method: via }),
    ...(of.tokenId === undefined ? {} : { auth_method: "token", token_id: of.tokenId }),
    ...(of.address === undefined ? {} : { source_ip: of.address }),
    ...(group === undefined ? {} : { metadata: { group } }),
  });
  return appendSigned(d, draft, (leaf) => signDecision(d, { tenant: approval.tenant, leaf }));
}

function signDecision({ signer }: DecideDeps, { tenant, leaf }: { tenant: Tenant; leaf: LeafRecord }) {
  const statement = statementIn(leaf);
  if (statement === undefined) throw new Error(`the record of a decision on ${leaf.this} lacks what is signed`);
  return signer.signStatement({ tenant, text: decisionStatement(statement) });
}
