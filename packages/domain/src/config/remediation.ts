import { z } from "zod";
import { accountIdSchema, describeField, SECRET_REF_BOUNDS, secretRefSchema } from "./field.ts";

const accessSchema = z.strictObject({
  roleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, "the ARN of an IAM role")
    .exactOptional()
    .describe(
      describeField({
        what: "The remediation role, assumed for each change with only that change's permissions.",
        default: "the node's own credentials, where they are of this very account",
        bounds: "an IAM role's ARN",
      }),
    ),
  externalId: secretRefSchema.exactOptional().describe(
    describeField({
      what: "Where the external id is that the role asks for.",
      default: "none",
      bounds: SECRET_REF_BOUNDS,
      sensitive: true,
    }),
  ),
});

/** Whether anything may be changed, and as whom. */
export const remediationSchema = z.strictObject({
  enabled: z
    .boolean("true or false")
    .default(false)
    .describe(
      describeField({
        what: "Whether changes may be applied at all; while off, responses end with their plan.",
        default: "false",
        bounds: "true or false",
      }),
    ),
  accounts: z
    .record(accountIdSchema, accessSchema.describe(describeField({ what: "One account.", bounds: "see its fields" })))
    .default({})
    .describe(
      describeField({
        what: "Accounts in which changes may be planned and applied; in no other.",
        default: "none",
        bounds: "12 digits each",
      }),
    ),
});
export type RemediationAccess = z.output<typeof remediationSchema>["accounts"][string];
