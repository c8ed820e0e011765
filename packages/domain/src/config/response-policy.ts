import { z } from "zod";
import { ESCALATIONS } from "../approval.ts";
import { RISKS } from "../remediation.ts";
import { SEVERITIES } from "../severity.ts";
import { accountIdSchema, describeField, nameSchema, text, wholeNumber } from "./field.ts";

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
  risk: z
    .enum(RISKS)
    .exactOptional()
    .describe(
      describeField({
        what: "Of the change: low asks for no approval where the mode is `auto`, medium for 1, high for 2. A remediation's own higher risk counts.",
        default: "unknown: approve with 2",
        bounds: RISKS.join(", "),
      }),
    ),
  approvers: z
    .array(nameSchema)
    .min(1, "a list of 1 to 10 groups")
    .max(10, "a list of 1 to 10 groups")
    .exactOptional()
    .describe(
      describeField({
        what: "Groups that decide; each must give an approval, a person counts for one group only.",
        default: "the group `approvers`",
        bounds: "1 to 10 names of `groups`",
      }),
    ),
  approvalsMin: wholeNumber(1, 10)
    .exactOptional()
    .describe(describeField({ what: "Distinct approvals at least.", default: "by risk", bounds: "1 to 10" })),
  rejectionsMin: wholeNumber(1, 10)
    .exactOptional()
    .describe(describeField({ what: "Rejections that reject.", default: "1", bounds: "1 to 10" })),
  expiresHours: wholeNumber(1, 72)
    .exactOptional()
    .describe(describeField({ what: "An approval not decided by then is denied.", default: "72", bounds: "1 to 72" })),
  escalate: z
    .enum(ESCALATIONS)
    .exactOptional()
    .describe(
      describeField({
        what: "Reminders: critical every 15 min, 3 times; auth 30 x 2; database 20 x 3; error-rate 45 x 2; timeout 60 x 1.",
        default: "`critical` for critical findings, else none",
        bounds: ESCALATIONS.join(", "),
      }),
    ),
  fallback: nameSchema.exactOptional().describe(
    describeField({
      what: "A group that is asked as well after the last reminder.",
      default: "none",
      bounds: "a name of `groups`",
    }),
  ),
  channels: z
    .array(nameSchema)
    .max(50, "a list of at most 50 channels")
    .exactOptional()
    .describe(
      describeField({ what: "Where people are told.", default: "every channel", bounds: "names of `channels`" }),
    ),
  remediation: text(200)
    .exactOptional()
    .describe(
      describeField({
        what: "The remediation to plan instead of the detection's.",
        default: "the detection's",
        bounds: "an id of the catalogue of remediations",
      }),
    ),
  autoInProduction: z
    .array(text(200))
    .max(VALUES_MAX, `a list of at most ${VALUES_MAX} remediations`)
    .exactOptional()
    .describe(
      describeField({
        what: "Remediations that `auto` may apply in production without an approval; no other is.",
        default: "none",
        bounds: "ids of the catalogue of remediations",
      }),
    ),
});

/** What ships: people hear of what is high or critical, everything is recorded, nothing is changed. */
export const DEFAULT_RULES: readonly z.input<typeof ruleSchema>[] = [
  { match: { severity: ["high", "critical"] }, mode: "notify" },
];

/** How exceptions are decided on. */
const exceptionsSchema = z.strictObject({
  approvers: z
    .array(nameSchema)
    .min(1, "a list of 1 to 10 groups")
    .max(10, "a list of 1 to 10 groups")
    .default(["approvers"])
    .describe(
      describeField({
        what: "Groups that decide on exceptions; each must give an approval.",
        default: "the group `approvers`",
        bounds: "1 to 10 names of `groups`",
      }),
    ),
  approvalsMin: wholeNumber(1, 10)
    .default(1)
    .describe(
      describeField({
        what: "Distinct approvals at least; 2 where its risk is high.",
        default: "1",
        bounds: "1 to 10",
      }),
    ),
  daysMax: wholeNumber(1, 365)
    .default(365)
    .describe(describeField({ what: "Longest time that one may be asked for.", default: "365", bounds: "1 to 365" })),
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
    .prefault([...DEFAULT_RULES])
    .describe(
      describeField({
        what: "In order; the first that matches decides, without one that does it is observed.",
        default: "notify of high and critical findings",
        bounds: "at most 1000",
      }),
    ),
  exceptions: exceptionsSchema
    .prefault({})
    .describe(
      describeField({ what: "How exceptions are decided on.", default: "see its fields", bounds: "see its fields" }),
    ),
  budget: z
    .strictObject({
      perAccountPerHour: wholeNumber(0, 10_000)
        .default(5)
        .describe(describeField({ what: "Changes applied in one account.", default: "5", bounds: "0 to 10000" })),
      perHour: wholeNumber(0, 10_000)
        .default(20)
        .describe(
          describeField({
            what: "Changes applied in all accounts, whichever tenant has them.",
            default: "20",
            bounds: "0 to 10000",
          }),
        ),
    })
    .prefault({})
    .describe(
      describeField({
        what: "The most that is applied within any 60 minutes; an approved change waits for room until its approval would have expired.",
        default: "see its fields",
        bounds: "see its fields",
      }),
    ),
});
export type ResponsePolicy = z.infer<typeof responsePolicySchema>;
export type ResponseRule = ResponsePolicy["rules"][number];
