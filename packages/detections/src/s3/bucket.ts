import type { Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { requestText } from "@ephor/events/sources/cloudtrail-read";

/** The bucket that an S3 call names, under its name: bucket names are unique without account or Region. */
export function bucketOf(event: Event): Resource | undefined {
  const name = requestText(event, "bucketName");
  return name === undefined ? undefined : { type: "AWS::S3::Bucket", id: name, name };
}
