import { canBeApproved } from "../approval-decision.ts";
import { decisionOf, planTerms } from "../response-policy.ts";
import { timestamp } from "../time.ts";
import type { Config } from "./config.ts";
import { type Problem, pointer } from "./problems.ts";
import { strangeDetection } from "./strange-detection.ts";

type Policy = Pick<Config, "responsePolicy" | "groups" | "allowLists">;

/**
 * What a configuration may hold and hardly means, a sentence each with its place: detections that there are none of, and
 * approvals that too few people could ever give. `detections` are the ids of all that there are.
 */
export function policyWarnings(config: Policy, { detections }: { readonly detections: readonly string[] }): string[] {
  return [...strangeDetections(config, detections), ...tooFewPeople(config)].map(
    ({ path, what }) => `${path}: ${what}`,
  );
}

function strangeDetections({ responsePolicy, allowLists }: Policy, known: readonly string[]): readonly Problem[] {
  const named = [
    ...responsePolicy.rules.flatMap(({ match }, rule) =>
      (match.detection ?? []).map((id, at) => ({
        id,
        path: ["responsePolicy", "rules", rule, "match", "detection", ...(match.detection?.length === 1 ? [] : [at])],
      })),
    ),
    ...Object.keys(allowLists).map((id) => ({ id, path: ["allowLists", id] })),
  ];
  return named.flatMap(({ id, path }) => {
    const what = strangeDetection(id, known);
    return what === undefined ? [] : [{ path: pointer(path), what }];
  });
}

function tooFewPeople({ responsePolicy, groups }: Policy): readonly Problem[] {
  return responsePolicy.rules.flatMap((_, index) => {
    const approval = mildestApproval(responsePolicy, index);
    const { groups: named, approvalsNeeded, fallbackGroup } = approval.terms;
    if (approvalsNeeded === 0 || canBeApproved(approval, groups)) return [];
    const all = [...named, ...(fallbackGroup === null ? [] : [fallbackGroup])];
    const people = new Set(all.flatMap((name) => (Object.hasOwn(groups, name) ? (groups[name] ?? []) : [])));
    const found = `found ${people.size} in ${all.join(", ")}`;
    const expected = `expected ${approvalsNeeded} or more who decide: an approval could only expire`;
    return [{ path: pointer(["responsePolicy", "rules", index]), what: `${found}, ${expected}` }];
  });
}

/** What a rule asks of people at the least: of a change without risk, by somebody known, and once the fallback is asked. */
function mildestApproval(policy: Policy["responsePolicy"], index: number): Parameters<typeof canBeApproved>[0] {
  const decision = decisionOf(policy, { index, severity: "low" });
  const isAsked = decision.mode === "approve" || decision.mode === "auto";
  const terms = planTerms({
    decision,
    plan: { risk: "low", irreversible: null, remediation: "", calls: [] },
    ...{ environment: "known", actorPeople: ["somebody"], channels: [] },
  });
  return {
    terms: { ...terms, escalation: "critical", ...(isAsked ? {} : { approvalsNeeded: 0 }) },
    ...{ reminders: Number.MAX_SAFE_INTEGER, requester: "", excluded: [], openedAt: timestamp(0) },
  };
}
