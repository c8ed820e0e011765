import { z } from "zod";
import { cidrSchema } from "./address.ts";
import { accountIdSchema, describeField, text } from "./field.ts";

/** One known and wanted case of a detection. */
export const allowListEntrySchema = z
  .strictObject({
    resource: text(2048)
      .exactOptional()
      .describe(
        describeField({
          what: "Resource id or ARN; `*` stands for any characters.",
          default: "any",
          bounds: "1 to 2048 characters",
        }),
      ),
    account: accountIdSchema
      .exactOptional()
      .describe(describeField({ what: "Account id.", default: "any", bounds: "12 digits" })),
    cidr: cidrSchema
      .exactOptional()
      .describe(
        describeField({ what: "Source addresses.", default: "any", bounds: "an address or network, v4 or v6" }),
      ),
    reason: text(500).describe(describeField({ what: "Why this is no finding.", bounds: "1 to 500 characters" })),
  })
  .refine(
    (entry) => entry.resource !== undefined || entry.account !== undefined || entry.cidr !== undefined,
    "at least one of `resource`, `account` and `cidr`, or the detection would be off",
  );
export type AllowListEntry = z.output<typeof allowListEntrySchema>;
