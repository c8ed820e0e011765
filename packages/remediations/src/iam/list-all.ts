import type { AwsCall } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";

/** Beyond what quotas of IAM let a principal have (100 items a page). */
const PAGES_MAX = 20;

const nextSchema = z.object({ IsTruncated: z.boolean().optional(), Marker: z.string().optional() });

/** All pages of a list of IAM; `remediation.resource-gone` where what is listed of is not there. */
export async function listAll<T>(
  aws: AwsCall,
  { operation, input, page }: { operation: string; input: JsonObject; page: z.ZodType<T> },
): Promise<Asked<readonly T[]>> {
  const pages: T[] = [];
  let marker: string | undefined;
  const answer = z.intersection(
    nextSchema,
    page.transform((items) => ({ items })),
  );
  for (let read = 0; read < PAGES_MAX; read++) {
    const at = marker === undefined ? input : { ...input, Marker: marker };
    const answered = await ask(aws, { service: "iam", operation, input: at }, { answer, gone: ["NoSuchEntity"] });
    if (!answered.ok) return answered;
    pages.push(answered.value.items);
    marker = answered.value.Marker;
    if (answered.value.IsTruncated !== true || marker === undefined) return ok(pages);
  }
  return unsupported(`${operation} lists more than ${PAGES_MAX} pages`);
}
