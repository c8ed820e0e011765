import { z } from "zod";
import { SEVERITIES } from "../severity.ts";
import { accountIdSchema, describeField, text, wholeNumber } from "./field.ts";

export const RESPONSE_MODES = ["observe", "notify", "approve", "auto"] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

const VALUES_MAX = 100;
const listOf = <T extends z.ZodType>(item: T) =>
  z.array(item).min(1, `a list of 1 to ${VALUES_MAX}`).max(VALUES_MAX, `a list of 1 to ${VALUES_MAX}`);
/** One value or several: a single one reads better in a file, a list is easier to match on. */
const anyOf = <T extends z.ZodType>(item: T) => z.union([item.transform((value) => [value]), listOf(item)]);

const condition = (what: string, bounds: string) => describeField({ what, default: "any", bounds });

const matchSchema = z.strictObject({
  detection: anyOf(text(200))
    .exactOptional()
    .describe(condition("Detection ids.", "1 to 100; `*` stands for any characters")),
  severity: anyOf(z.enum(SEVERITIES))
    .exactOptional()
    .describe(condition("Severities.", SEVERITIES.join(", "))),
  account: anyOf(accountIdSchema).exactOptional().describe(condition("Account ids.", "12 digits each")),
  environment: anyOf(text(63))
    .exactOptional()
    .describe(condition("Environments, in any case.", "1 to 63 characters each")),
  resourceType: anyOf(text(200))
    .exactOptional()
    .describe(
      condition("Resource types such as `AWS::S3::Bucket`.", "1 to 200 characters each; `*` stands for any characters"),
    ),
  tags: z
    .record(text(128), anyOf(text(256)))
    .exactOptional()
    .describe(condition("Tags that the resource must all have.", "keys to 128, values to 256 characters")),
});

const ruleSchema = z.strictObject({
  match: matchSchema.prefault({}).describe(
    describeField({
      what: "Which findings; every condition given must hold.",
      default: "all",
      bounds: "see its fields",
    }),
  ),
  mode: z
    .enum(RESPONSE_MODES)
    .describe(describeField({ what: "What is done about them.", bounds: RESPONSE_MODES.join(", ") })),
});

/** Ordered rules, the first match decides; no match observes. */
export const responsePolicySchema = z.strictObject({
  version: wholeNumber(1, 1_000_000_000)
    .default(1)
    .describe(
      describeField({ what: "Raised with every change; responses name it.", default: "1", bounds: "1 to 1000000000" }),
    ),
  rules: z
    .array(ruleSchema.describe(describeField({ what: "One rule.", bounds: "see its fields" })))
    .max(1000, "a list of at most 1000 rules")
    .default([])
    .describe(
      describeField({
        what: "In order; the first that matches decides.",
        default: "none: observe",
        bounds: "at most 1000",
      }),
    ),
});
export type ResponsePolicy = z.infer<typeof responsePolicySchema>;
export type ResponseRule = ResponsePolicy["rules"][number];
