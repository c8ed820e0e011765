import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { ACCOUNT, REGION, targetOf } from "../cases/case.ts";
import { type IdForm, nameIn, nameOrArn } from "../id-form.ts";
import { type Tags, tagsSchema } from "../values.ts";

export const trails: { readonly "AWS::CloudTrail::Trail": IdForm } = {
  "AWS::CloudTrail::Trail": nameOrArn({
    name: "[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]",
    arn: "cloudtrail:REGION:ACCOUNT:trail/",
    expected: "a trail name",
  }),
};

/** The trail by its ARN, which holds account and home Region. */
export const trailInput = (target: RemediationTarget) => ({ Name: trailArn(target) });
const trailArn = ({ partition, region, account, resource }: RemediationTarget): string =>
  `arn:${partition}:cloudtrail:${region}:${account}:trail/${nameIn(resource.id)}`;
export const trailSaid = ({ resource }: RemediationTarget): string => `trail ${nameIn(resource.id)}`;

/**
 * One read of the trail. A trail that was deleted is not put right by being gone: nothing records what it recorded, so
 * that is `remediation.unsupported`.
 */
export async function askTrail<T>(
  aws: AwsCall,
  { target, operation, answer }: { target: RemediationTarget; operation: string; answer: z.ZodType<T> },
): Promise<Asked<T>> {
  const request = { service: "cloudtrail" as const, operation, input: trailInput(target) };
  const asked = await ask<{ there: T } | null>(aws, request, {
    answer: answer.transform((there) => ({ there })),
    absent: { codes: ["TrailNotFoundException"], as: null },
  });
  if (!asked.ok) return asked;
  if (asked.value !== null) return ok(asked.value.there);
  return unsupported(`${trailSaid(target)} is gone from ${target.region}: it has to be made anew, with its bucket`);
}

export const trailTags = (aws: AwsCall, target: RemediationTarget): Promise<Asked<Tags>> =>
  ask(
    aws,
    { service: "cloudtrail", operation: "ListTags", input: { ResourceIdList: [trailArn(target)] } },
    {
      answer: z
        .object({ ResourceTagList: z.array(z.object({ TagsList: tagsSchema })) })
        .transform(({ ResourceTagList }): Tags => ResourceTagList[0]?.TagsList ?? {}),
    },
  );

// --- What cases share ---

export const TRAIL_ARN = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/main`;
export const trailTarget = targetOf("AWS::CloudTrail::Trail", "main");
export const ListTags = {
  ResourceTagList: [{ ResourceId: TRAIL_ARN, TagsList: [{ Key: "managed-by", Value: "Terraform" }] }],
};
