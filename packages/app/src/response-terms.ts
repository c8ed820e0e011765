import type { ApprovalTerms } from "@ephor/domain/approval";
import type { Config } from "@ephor/domain/config/config";
import type { Finding } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import { planTerms, type ResponseDecision } from "@ephor/domain/response-policy";
import { causesOf } from "./finding-causes.ts";
import type { Store } from "./ports.ts";

type Asked = {
  readonly finding: Finding;
  readonly plan: Plan;
  readonly decision: ResponseDecision;
  readonly environment: string | undefined;
};

/** Under which terms a plan may be applied, as the policy, the people and the finding's events are at this moment. */
export async function responseTerms(
  d: { readonly store: Store; readonly config: Pick<Config, "people" | "channels"> },
  { finding, ...asked }: Asked,
): Promise<ApprovalTerms> {
  const { people } = d.config;
  const causes = await causesOf(d, { finding, people });
  // Several, or nobody, ask for the same.
  const actorPeople = causes.isCertain ? causes.people : [];
  return planTerms({ ...asked, actorPeople, channels: Object.keys(d.config.channels) });
}
