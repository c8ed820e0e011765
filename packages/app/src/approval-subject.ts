import type { Approval, ApprovalSubject } from "@ephor/domain/approval";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Exception } from "@ephor/domain/exception";
import type { Finding } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { ApprovalDeps } from "./approval-items.ts";
import { causesOf } from "./finding-causes.ts";
import { decode } from "./items.ts";
import { exceptionKey, findingKey, planKey } from "./keys.ts";
import type { Store } from "./ports.ts";

export type SubjectError = EphorError<"finding.not-found" | "plan.not-found" | "exception.not-found">;
/** What is decided on, as it stands in the store. */
export type SubjectMatter =
  | { readonly kind: "finding"; readonly finding: Finding; readonly plan: Plan }
  | { readonly kind: "exception"; readonly exception: Exception };

/** Reads what a subject names. Errors: the code of what is not there. */
export async function readSubject(
  d: { readonly store: Store },
  { tenant, subject }: { tenant: Tenant; subject: ApprovalSubject },
): Promise<Result<SubjectMatter, SubjectError>> {
  if (subject.kind === "exception") {
    const item = await d.store.get(exceptionKey(tenant, subject.exceptionId));
    if (item === undefined) return err(ephorError("exception.not-found", `no exception ${subject.exceptionId}`));
    return ok({ kind: "exception", exception: decode("exception", item) });
  }
  const [finding, plan] = await Promise.all([
    d.store.get(findingKey(tenant, subject.findingId)),
    d.store.get(planKey(tenant, subject)),
  ]);
  if (finding === undefined) return err(ephorError("finding.not-found", `no finding ${subject.findingId}`));
  if (plan === undefined) return err(ephorError("plan.not-found", `finding ${finding.pk} has no such plan`));
  return ok({ kind: "finding", finding: decode("finding", finding), plan: decode("plan", plan) });
}

type Described = Pick<Approval, "title" | "account" | "region" | "resource" | "excluded">;
const TITLES = { plan: "", rollback: "Take back: ", review: "Review what was applied by break-glass: " } as const;

/** What an approval says of its subject, and who may not decide on it. */
export async function describeSubject(
  d: Pick<ApprovalDeps, "store" | "config">,
  { tenant, subject, requester }: { tenant: Tenant; subject: ApprovalSubject; requester: string },
): Promise<Result<Described, SubjectError>> {
  const matter = await readSubject(d, { tenant, subject });
  if (!matter.ok) return matter;
  const { people } = d.config;
  const asking = people.filter(({ id }) => id === requester).map(({ id }) => id);
  if (matter.value.kind === "exception") {
    const { id, scope, requester: asked } = matter.value.exception;
    const title = `Exception ${id}: mute the response to ${scope.detection}`;
    const excluded = [...new Set([...asking, asked])];
    return ok({ title, account: scope.account ?? null, region: null, resource: null, excluded });
  }
  const { finding, plan } = matter.value;
  const { account, region, resource } = plan;
  const prefix = subject.kind === "exception" ? "" : TITLES[subject.kind];
  const causes = await causesOf(d, { finding, people });
  const excluded = [...new Set([...asking, ...causes.people])];
  return ok({ title: `${prefix}${plan.title}`, account, region, resource, excluded });
}
