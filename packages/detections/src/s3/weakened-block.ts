import type { Event } from "@ephor/events/envelope";
import { eventName, requestParameter } from "@ephor/events/sources/cloudtrail-read";
import { booleanAt, objectAt } from "@ephor/events/sources/read";

const SWITCHES = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/**
 * The switches of Block Public Access that are off after the call. A switch that a put leaves out is off
 * (S3 API, "PublicAccessBlockConfiguration"); a put whose configuration cannot be read says nothing.
 */
export function weakenedSwitches(event: Event): readonly string[] {
  if (eventName(event)?.startsWith("Delete") === true) return SWITCHES;
  const configuration = objectAt(requestParameter(event, "PublicAccessBlockConfiguration"), "");
  if (configuration === undefined) return [];
  return SWITCHES.filter((name) => booleanAt(configuration, name) !== true);
}
