import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, resourceGone, unsupported } from "../ask.ts";
import { type Tags, tagsSchema } from "../values.ts";

const stateSchema = z.object({ State: z.object({ Name: z.string() }), Tags: tagsSchema });

/**
 * What `more` reads of the instance, and its tags; `remediation.resource-gone` for one that is terminated, which EC2
 * goes on listing for a while.
 */
export async function readInstance<T>(
  aws: AwsCall,
  { target, more }: { target: RemediationTarget; more: z.ZodType<T> },
): Promise<Asked<{ readonly instance: T; readonly tags: Tags }>> {
  const { id } = target.resource;
  const one = z.intersection(
    stateSchema,
    more.transform((instance) => ({ instance })),
  );
  const answer = z.object({ Reservations: z.array(z.object({ OwnerId: z.string(), Instances: z.array(one) })) });
  const described = await ask(
    aws,
    { service: "ec2", operation: "DescribeInstances", input: { InstanceIds: [id] } },
    { answer, gone: ["InvalidInstanceID.NotFound"] },
  );
  if (!described.ok) return described;
  const reservation = described.value.Reservations[0];
  const found = reservation?.Instances[0];
  if (reservation === undefined || found === undefined) return resourceGone(`instance ${id} is not there any more`);
  if (reservation.OwnerId !== target.account) return unsupported(`instance ${id} belongs to another account`);
  if (["terminated", "shutting-down"].includes(found.State.Name)) return resourceGone(`instance ${id} is terminated`);
  return ok({ instance: found.instance, tags: found.Tags });
}
