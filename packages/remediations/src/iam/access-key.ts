import type { AwsCall } from "@ephor/domain/aws-call";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import type { Asked } from "../ask.ts";
import type { IdForm } from "../id-form.ts";
import { listAll } from "./list-all.ts";

/** Long-term keys; those of sessions begin with ASIA (IAM User Guide, "Understanding unique ID prefixes"). */
export const KEY_FORM: IdForm = {
  pattern: /^AKIA[A-Z0-9]{12,124}$/,
  expected: "the id of an access key, such as AKIAIOSFODNN7EXAMPLE",
};

export const keyStatusSchema = z.enum(["Active", "Inactive", "Expired"]);
export type AccessKey = {
  readonly id: string;
  readonly status: z.infer<typeof keyStatusSchema>;
  readonly createdAt: string;
};

const pageSchema = z.object({
  AccessKeyMetadata: z.array(
    z.object({ AccessKeyId: z.string(), Status: keyStatusSchema, CreateDate: z.iso.datetime({ offset: true }) }),
  ),
});

export async function listKeys(aws: AwsCall, UserName: string): Promise<Asked<readonly AccessKey[]>> {
  const pages = await listAll(aws, { operation: "ListAccessKeys", input: { UserName }, page: pageSchema });
  if (!pages.ok) return pages;
  return ok(
    pages.value.flatMap(({ AccessKeyMetadata }) =>
      AccessKeyMetadata.map(({ AccessKeyId: id, Status: status, CreateDate: createdAt }) => ({
        id,
        status,
        createdAt,
      })),
    ),
  );
}
