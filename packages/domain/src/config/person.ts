import { z } from "zod";
import { describeField, personIdSchema, text } from "./field.ts";

export const ROLES = ["viewer", "analyst", "approver", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const personSchema = z.strictObject({
  id: personIdSchema.describe(describeField({ what: "Never reused.", bounds: "`[a-z0-9][a-z0-9._-]{0,62}`, unique" })),
  name: text(100).describe(describeField({ what: "As shown to others.", bounds: "1 to 100 characters" })),
  email: z
    .email("an e-mail address")
    .max(254, "an e-mail address of at most 254 characters")
    .describe(describeField({ what: "Where links go.", bounds: "an e-mail address, unique in any case" })),
  slackId: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,20}$/, "a Slack member id such as `U0123456789`")
    .exactOptional()
    .describe(describeField({ what: "Slack member id.", default: "none", bounds: "`U…` or `W…`, unique" })),
  oidcSubject: text(255)
    .exactOptional()
    .describe(
      describeField({
        what: "The `sub` claim of this person.",
        default: "none",
        bounds: "1 to 255 characters, unique",
      }),
    ),
  roles: z
    .array(z.enum(ROLES))
    .max(ROLES.length, "each role at most once")
    .default(["viewer"])
    .describe(describeField({ what: "What this person may do.", default: "viewer", bounds: ROLES.join(", ") })),
  awsPrincipals: z
    .array(z.string().regex(/^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:\S{1,1900}$/, "the ARN of an IAM or STS principal"))
    .max(100, "a list of at most 100 ARNs")
    .default([])
    .describe(
      describeField({
        what: "Who this person is in AWS: nobody approves their own change. A change by somebody who is nobody's takes two approvals, also a low or medium one.",
        default: "none",
        bounds: "at most 100 ARNs",
      }),
    ),
});
export type Person = z.output<typeof personSchema>;
