import { parsePolicyDocument } from "@ephor/domain/policy-document/parse-policy-document";
import type { PolicyDocument } from "@ephor/domain/policy-document/policy-document";
import type { Event } from "@ephor/events/envelope";
import { requestParameter } from "@ephor/events/sources/cloudtrail-read";

/** The policy document that a call carries at `path` of its request; undefined where there is none that can be read. */
export function policyInCall(event: Event, path: string): PolicyDocument | undefined {
  const source = requestParameter(event, path);
  if (source === undefined) return undefined;
  const parsed = parsePolicyDocument(source);
  return parsed.ok ? parsed.value : undefined;
}
