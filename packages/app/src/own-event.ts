import { digestOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import type { Timestamp } from "@ephor/domain/time";

export type OwnEvent = {
  /** Its detail-type, such as `Break Glass Used`. */
  readonly name: string;
  readonly at: Timestamp;
  /** Of the resource concerned; `OWN_ACCOUNT` where it is about Ephor itself. */
  readonly account: string;
  readonly region: string;
  /** What makes it this event and no other: told twice, it is one. */
  readonly cause: string;
  readonly detail: JsonObject;
};

/** Stands in events about the deployment itself, which belongs to no AWS account where it runs on one machine. */
export const OWN_ACCOUNT = "000000000000";
export const OWN_REGION = "global";

/** An envelope of Ephor's own (metrics.md): its identity is `detail.id`, so that a repeat is known on both sides. */
export function ownEvent({ name, at, account, region, cause, detail }: OwnEvent): JsonObject {
  const id = `own_${digestOf([name, account, region, cause])}`;
  return {
    version: "0",
    id,
    source: "ephor",
    "detail-type": name,
    account,
    region,
    time: at,
    resources: [],
    detail: { ...detail, id, occurredAt: at },
  };
}
