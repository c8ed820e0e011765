import type { ResponseMode, ResponsePolicy } from "./config/response-policy.ts";
import type { FindingFacts } from "./finding.ts";

/** What the policy says of one finding: the index of the rule that matched, or null where none did and the default observes. */
export type ResponseDecision = {
  readonly mode: ResponseMode;
  readonly rule: number | null;
  readonly policyVersion: number;
};

/** What is known of where the finding lies. Unknown values are undefined and match only rules that do not ask for them. */
export type Surroundings = { readonly environment?: string; readonly tags?: { readonly [key: string]: string } };

type Match = ResponsePolicy["rules"][number]["match"];

/** `*` in a rule stands for any characters; everything else is literal. Linear: each part is looked for once, left to right. */
export function matchesGlob(glob: string, text: string): boolean {
  const parts = glob.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return glob === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const oneOf = (wanted: readonly string[] | undefined, is: (value: string) => boolean): boolean =>
  wanted === undefined || wanted.some(is);

function hasTags(wanted: Match["tags"], tags: Surroundings["tags"]): boolean {
  return Object.entries(wanted ?? {}).every(([key, values]) => {
    const value = tags !== undefined && Object.hasOwn(tags, key) ? tags[key] : undefined;
    return value !== undefined && values.includes(value);
  });
}

function holds(match: Match, seen: { finding: FindingFacts; surroundings: Surroundings }): boolean {
  const { finding, surroundings } = seen;
  const environment = surroundings.environment?.toLowerCase();
  return (
    oneOf(match.detection, (glob) => matchesGlob(glob, finding.detection)) &&
    oneOf(match.severity, (severity) => severity === finding.severity) &&
    oneOf(match.account, (account) => account === finding.account) &&
    oneOf(match.environment, (name) => name.toLowerCase() === environment) &&
    oneOf(match.resourceType, (glob) => matchesGlob(glob, finding.resource.type)) &&
    hasTags(match.tags, surroundings.tags)
  );
}

/** The first rule that matches decides; no match observes (findings.md, "Response policy"). */
export function decideResponse(
  policy: ResponsePolicy,
  seen: { finding: FindingFacts; surroundings: Surroundings },
): ResponseDecision {
  const rule = policy.rules.findIndex(({ match }) => holds(match, seen));
  const mode = policy.rules[rule]?.mode ?? "observe";
  return { mode, rule: rule === -1 ? null : rule, policyVersion: policy.version };
}

/** What the configuration says of an account; a resource's own tags come with the inventory. */
export const surroundingsIn =
  (config: { readonly accounts: { readonly [account: string]: { readonly environment: string } | undefined } }) =>
  (account: string): Surroundings => {
    const environment = Object.hasOwn(config.accounts, account) ? config.accounts[account]?.environment : undefined;
    return environment === undefined ? {} : { environment };
  };
