import { z } from "zod";
import { DEFAULT_TENANT } from "../tenant.ts";
import { describeField, nameSchema, text } from "./field.ts";

export const accountSchema = z.strictObject({
  tenant: nameSchema
    .default(DEFAULT_TENANT)
    .describe(
      describeField({ what: "Who owns the account.", default: DEFAULT_TENANT, bounds: "`[a-z0-9][a-z0-9-]{0,62}`" }),
    ),
  environment: text(63).describe(
    describeField({
      what: "Such as `production`; `prod` and `production`, in any case, are guarded.",
      bounds: "1 to 63 characters",
    }),
  ),
  name: text(100)
    .exactOptional()
    .describe(describeField({ what: "What people call it.", default: "none", bounds: "1 to 100 characters" })),
});
export type Account = z.output<typeof accountSchema>;
