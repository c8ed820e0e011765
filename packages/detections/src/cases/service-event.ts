import type { JsonObject } from "@ephor/domain/json";
import type { Envelope } from "@ephor/events/envelope";
import { ACCOUNT } from "./cloudtrail-event.ts";

type ServiceEvent = {
  /** As in `source`, e.g. `aws.guardduty`. */
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
};

/** An event that a service puts on the bus itself. */
export function serviceEvent({ source, detailType, detail, resources }: ServiceEvent): Envelope {
  return {
    version: "0",
    id: "10000000-0000-4000-8000-000000000002",
    "detail-type": detailType,
    source,
    account: ACCOUNT,
    time: "2026-01-15T10:20:30Z",
    region: "eu-west-1",
    resources: resources ?? [],
    detail,
  };
}
