import type { Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";

export function instanceOf(event: Event): Resource | undefined {
  const id = requestText(event, "instanceId");
  return id === undefined ? undefined : { type: "AWS::EC2::Instance", id };
}
