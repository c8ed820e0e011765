import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html : `Policy`. */
export const SESSION_POLICY_CHARACTERS_MAX = 2_048;

/** Where a partition's global services say that they are (IAM User Guide, "aws:RequestedRegion"). */
const GLOBAL_REGIONS: readonly (readonly [RegExp, string])[] = [
  [/^us-gov-/, "us-gov-west-1"],
  [/^cn-/, "cn-north-1"],
];
const GLOBAL_SERVICES = /^(?:iam|organizations|route53|cloudfront):/;

const globalRegionOf = (region: string): string =>
  GLOBAL_REGIONS.find(([partition]) => partition.test(region))?.[1] ?? "us-east-1";

/**
 * What a session may do at the most: these actions, in this Region, and of those only what the role allows. Error where it
 * is too long for AWS to take.
 */
export function sessionPolicy({
  actions,
  region,
}: {
  actions: readonly string[];
  region: string;
}): Result<string, EphorError<"remediation.no-access">> {
  const sorted = [...new Set(actions)].sort();
  const isGlobal = (action: string): boolean => GLOBAL_SERVICES.test(action);
  const statement = (of: readonly string[], where: string) => ({
    Effect: "Allow",
    Action: of,
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestedRegion": where } },
  });
  const [global, regional] = [sorted.filter(isGlobal), sorted.filter((action) => !isGlobal(action))];
  const statements = [
    ...(regional.length === 0 ? [] : [statement(regional, region)]),
    ...(global.length === 0 ? [] : [statement(global, globalRegionOf(region))]),
  ];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  if (sorted.length > 0 && policy.length <= SESSION_POLICY_CHARACTERS_MAX) return ok(policy);
  const found = sorted.length === 0 ? "names no action" : `has ${policy.length} characters`;
  const message = `the session policy ${found}, expected 1 to ${SESSION_POLICY_CHARACTERS_MAX} characters for at least one action`;
  return err(ephorError("remediation.no-access", message));
}
