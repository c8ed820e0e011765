import { createHash } from "node:crypto";
import { canonicalJson } from "@ephor/domain/canonical-json";
import type { FindingFacts } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";
import type { Surroundings } from "@ephor/domain/response-policy";

/** What a remediation is asked to put right, from the finding's own facts. */
export function targetOf(finding: FindingFacts): RemediationTarget {
  const { account, region, resource, actor, evidence, occurrences, lastSeenAt } = finding;
  return { account, region, partition: partitionOf(finding), resource, actor, evidence, occurrences, lastSeenAt };
}

function partitionOf({ region, resource }: Pick<FindingFacts, "region" | "resource">): string {
  const named = /^arn:(aws[a-z-]*):/.exec(resource.arn ?? "")?.[1];
  if (named !== undefined) return named;
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** A resource's own tags say its environment, in any case of the key; else the account's configuration does. */
export function surroundingsOf(tags: Readonly<Record<string, string>>, account: Surroundings): Surroundings {
  const named = ["environment", "env"].flatMap((wanted) =>
    Object.entries(tags).flatMap(([key, value]) => (key.toLowerCase() === wanted && value !== "" ? [value] : [])),
  );
  const environment = named[0] ?? account.environment;
  return environment === undefined ? { tags } : { environment, tags };
}

/** SHA-256 (hex) of a state: equal states have equal digests. */
export const stateDigest = (state: JsonObject): string =>
  createHash("sha256").update(canonicalJson(state)).digest("hex");
