import type { Approval, ApprovalSubject } from "@ephor/domain/approval";
import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { type ApprovalId, approvalIdOf } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { decode, encode } from "./items.ts";
import { APPROVALS_BY_TIME, APPROVALS_PENDING, approvalKey, timeAndId } from "./keys.ts";
import type { Clock, Item, Random, Store, Write } from "./ports.ts";

/** What everything about approvals needs; groups and people as the configuration has them. */
export type ApprovalDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Pick<Config, "groups" | "people">;
};
export type ApprovalNotFound = EphorError<"approval.not-found">;
export type StoredApproval = { readonly approval: Approval; readonly item: Item };

/** As it may leave the store: all but the token of the execution that waits. */
export type ApprovalView = Omit<Approval, "token">;
export const viewOf = ({ token: _, ...told }: Approval): ApprovalView => told;

/** The same subject is one approval. */
export function approvalIdFor(tenant: Tenant, subject: ApprovalSubject): ApprovalId {
  if (subject.kind === "exception") return approvalIdOf([tenant, subject.kind, subject.exceptionId]);
  const { kind, findingId, generation, planHash } = subject;
  const again = kind === "rollback" && subject.attempt !== undefined && subject.attempt > 1 ? [subject.attempt] : [];
  return approvalIdOf([tenant, kind, findingId, String(generation), planHash, ...again.map(String)]);
}

export async function readApproval(
  d: { readonly store: Store },
  { tenant, approvalId }: { tenant: Tenant; approvalId: string },
): Promise<Result<StoredApproval, ApprovalNotFound>> {
  const item = await d.store.get(approvalKey(tenant, approvalId));
  if (item === undefined) return err(ephorError("approval.not-found", `no approval ${approvalId}`));
  return ok({ approval: decode("approval", item), item });
}

/** Puts an approval in place of `known`, or for the first time. The index of those that wait holds no others. */
export function approvalWrite(approval: Approval, known: Item | undefined): Write {
  const sk = timeAndId(approval.openedAt, approval.id);
  const byTime = { pk: APPROVALS_BY_TIME, sk };
  const item = {
    ...approvalKey(approval.tenant, approval.id),
    ...encode("approval", approval),
    indexes: approval.state === "pending" ? { byTime, byOpen: { pk: APPROVALS_PENDING, sk } } : { byTime },
  };
  return { kind: "put", item, when: known ? { kind: "version", version: known.version } : { kind: "absent" } };
}
