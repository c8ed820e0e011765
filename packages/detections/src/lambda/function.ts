import type { Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";

/**
 * The function that a Lambda call names, under its plain name: the call may say `name`, `account:function:name` or an
 * ARN, each with a version or an alias behind it (Lambda API Reference, "FunctionName").
 */
export function functionOf(event: Event): Resource | undefined {
  const given = requestText(event, "functionName");
  if (given === undefined) return undefined;
  const [name] = (given.split(":function:")[1] ?? given).split(":");
  if (name === undefined || name === "") return undefined;
  return { type: "AWS::Lambda::Function", id: name, name, ...(given.startsWith("arn:") ? { arn: given } : {}) };
}
