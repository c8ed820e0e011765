import type { Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { nameInArn } from "@ephor/events/sources/arn";

/** The whole account, under the type AWS Config gives it. */
export const accountResource = (event: Event): Resource => ({ type: "AWS::::Account", id: event.account });

/** A resource that calls name by its name or its ARN alike: one id for both, so that one resource is one finding. */
export function namedResource(type: string, nameOrArn: string): Resource {
  if (!nameOrArn.startsWith("arn:")) return { type, id: nameOrArn, name: nameOrArn };
  const name = nameInArn(nameOrArn) ?? nameOrArn;
  return { type, id: name, name, arn: nameOrArn };
}

export const userResource = (name: string): Resource => ({ type: "AWS::IAM::User", id: name, name });
