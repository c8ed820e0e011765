import type { PlannedCall } from "@ephor/domain/remediation";
import { z } from "zod";

/** Each once, in the order of UTF-16 code units: equal sets are equal lists. */
export const sortedSet = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

/** A state's field that is a set. */
export const setSchema = z.array(z.string());

/** Tags as most services list them, and as KMS and ECR do, as one map. */
export const tagListSchema = z
  .array(
    z.union([
      z.object({ Key: z.string(), Value: z.string().optional() }).transform(({ Key, Value }) => [Key, Value ?? ""]),
      z
        .object({ TagKey: z.string(), TagValue: z.string().optional() })
        .transform(({ TagKey, TagValue }) => [TagKey, TagValue ?? ""]),
    ]),
  )
  .transform((tags): Readonly<Record<string, string>> => Object.fromEntries(tags));

export type Tags = Readonly<Record<string, string>>;
/** `tagListSchema` where AWS leaves the list out when there are none. */
export const tagsSchema = tagListSchema.optional().transform((tags): Tags => tags ?? {});

type Service = PlannedCall["service"];
/** `callOf("s3", "PutBucketPolicy", input).says("…")`. */
export const callOf = (service: Service, operation: string, input: PlannedCall["input"]) => ({
  says: (says: string): PlannedCall => ({ service, operation, input, says }),
});
