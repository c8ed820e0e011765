import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";

/**
 * Whether an IAM call names a user who is not its caller. A call that names none is about the caller.
 * IAM user names are unique whatever their case.
 */
export function isForAnother(event: Event): boolean {
  const user = requestText(event, "userName")?.toLowerCase();
  if (user === undefined) return false;
  const caller = event.envelope.detail.userIdentity;
  return textAt(caller, "type") !== "IAMUser" || textAt(caller, "userName")?.toLowerCase() !== user;
}
