import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Envelope } from "@ephor/events/envelope";
import { toEnvelopes } from "@ephor/events/event-input";
import { until } from "../support/until.ts";
import { HOME_REGION, type System } from "./system.ts";

const ENTRIES_MAX = 10;
/** So that a machine with two processors has no more processes of Lambda than it can feed. */
const RUNNING_MAX = 8;
/** CloudTrail reports these services' events in us-east-1 alone (CloudTrail User Guide, "Global service events"). */
const GLOBAL_SERVICES = ["iam", "signin", "organizations", "route53", "cloudfront", "rolesanywhere"];

/** A record in the envelope in which EventBridge would deliver it. Throws what is wrong with it. */
export function envelopeOf(record: JsonObject): Envelope {
  const [read] = toEnvelopes(record);
  if (read?.ok) return read.value;
  throw new Error(read === undefined ? "no event" : read.error.message);
}

const regionOf = ({ source }: Envelope): string =>
  GLOBAL_SERVICES.includes(source.replace("aws.", "")) ? "us-east-1" : HOME_REGION;

/** Puts events on the default buses, where AWS's services put theirs: global ones in us-east-1, the others at home. */
export async function putAsCloudtrail(
  system: Pick<System, "clientsOf" | "runs">,
  envelopes: readonly Envelope[],
): Promise<ReadonlyMap<string, number>> {
  const byRegion = Map.groupBy(envelopes, regionOf);
  for (const [region, all] of byRegion) {
    const { eventbridge } = system.clientsOf(region);
    for (let from = 0; from < all.length; from += ENTRIES_MAX) {
      const Entries = all.slice(from, from + ENTRIES_MAX).map((envelope) => ({
        Source: envelope.source,
        DetailType: envelope["detail-type"],
        Detail: JSON.stringify(envelope.detail),
        Resources: [...envelope.resources],
      }));
      const { FailedEntryCount } = await eventbridge.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} of ${Entries.length} events were refused`);
      await until("workflows to be done", async () => (await system.runs.running()) <= RUNNING_MAX, { seconds: 60 });
    }
  }
  return new Map([...byRegion].map(([region, all]) => [region, all.length]));
}

/** Records of a file of one JSON object a line. */
export const recordsIn = (text: string): readonly JsonObject[] =>
  text
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line))
    .filter(isJsonObject);
