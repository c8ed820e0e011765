import type { Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";

const KINDS = [
  { type: "AWS::IAM::User", parameter: "userName", word: "user" },
  { type: "AWS::IAM::Role", parameter: "roleName", word: "role" },
  { type: "AWS::IAM::Group", parameter: "groupName", word: "group" },
] as const;

/** The user, role or group that an IAM call changes, and what people call its kind. */
export function principalOf(event: Event): { readonly resource: Resource; readonly word: string } | undefined {
  for (const { type, parameter, word } of KINDS) {
    const name = requestText(event, parameter);
    if (name !== undefined) return { resource: { type, id: name, name }, word };
  }
  return undefined;
}
