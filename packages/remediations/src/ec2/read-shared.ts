import type { AwsCall, AwsRequest } from "@ephor/domain/aws-call";
import type { Read, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import type { z } from "zod";
import { type Asked, ask, resourceGone, unsupported } from "../ask.ts";
import { offending, type SharedState } from "../sharing.ts";
import type { Tags } from "../values.ts";

type Question<T> = { readonly operation: string; readonly input: AwsRequest["input"]; readonly answer: z.ZodType<T> };
type Shared = {
  /** "image ami-0a1b2c3d" */
  readonly name: string;
  /** EC2's codes that mean that it is gone. */
  readonly gone: readonly string[];
  readonly described: Question<readonly { readonly OwnerId: string; readonly Tags: Tags }[]>;
  /** Whom it is shared with: accounts, organizations, `all`. */
  readonly permissions: Question<readonly string[]>;
};

/** Whom an image or a snapshot is shared with that should not be, and its tags; only its owner can say or change that. */
export async function readShared(
  aws: AwsCall,
  target: RemediationTarget,
  { name, gone, described, permissions }: Shared,
): Promise<Asked<Read<SharedState>>> {
  const asked = <T>({ operation, input, answer }: Question<T>) =>
    ask(aws, { service: "ec2", operation, input }, { answer, gone });
  const things = await asked(described);
  if (!things.ok) return things;
  const found = things.value[0];
  if (found === undefined) return resourceGone(`${name} is not there any more`);
  if (found.OwnerId !== target.account) return unsupported(`${name} belongs to another account than ${target.account}`);
  const shared = await asked(permissions);
  return shared.ok ? ok({ state: offending(shared.value, target), tags: found.Tags }) : shared;
}
