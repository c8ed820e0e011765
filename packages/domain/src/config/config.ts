import { z } from "zod";
import { DEFAULT_TENANT } from "../tenant.ts";
import { accountSchema } from "./account.ts";
import { cidrSchema, safeUrl } from "./address.ts";
import { allowListEntrySchema } from "./allow-list.ts";
import { channelSchema } from "./channel.ts";
import { accountIdSchema, describeField, nameSchema, personIdSchema } from "./field.ts";
import { limitsSchema, retentionSchema } from "./limits.ts";
import { personSchema } from "./person.ts";
import { remediationSchema } from "./remediation.ts";
import { responsePolicySchema } from "./response-policy.ts";

export const DEFAULT_PUBLIC_URL = "http://127.0.0.1:4400";

const publicUrl = z
  .string()
  .max(2048, "an address of at most 2048 characters")
  .refine(
    (url) => safeUrl(url)?.search === "",
    "an https address (http only on this machine) without credentials or query",
  )
  .transform((url) => url.replace(/\/+$/, ""));

/** `ephor.config.json`. Every field's description names its default, its bounds and whether it is sensitive. */
export const configSchema = z.strictObject({
  $schema: z
    .string()
    .max(2048)
    .exactOptional()
    .describe(describeField({ what: "For editors; not read.", default: "none", bounds: "at most 2048 characters" })),
  version: z
    .literal(1)
    .default(1)
    .describe(describeField({ what: "Of this file's format.", default: "1", bounds: "1" })),
  publicUrl: publicUrl.default(DEFAULT_PUBLIC_URL).describe(
    describeField({
      what: "Where people reach this node: links and the ledger's origin are made from it. Left at its default, links name the address that is listened on.",
      default: DEFAULT_PUBLIC_URL,
      bounds: "https, or http on a loopback address",
    }),
  ),
  trustedProxies: z
    .array(cidrSchema)
    .max(100, "a list of at most 100 networks")
    .default([])
    .describe(
      describeField({
        what: "Proxies whose X-Forwarded-For is believed.",
        default: "none",
        bounds: "at most 100 addresses or networks",
      }),
    ),
  accounts: z
    .record(accountIdSchema, accountSchema.describe(describeField({ what: "One account.", bounds: "see its fields" })))
    .default({})
    .describe(
      describeField({
        what: "AWS accounts by id. Where any is named, the detection `ephor.unknown-account` tells of events of all others.",
        default: "none: all belong to `default`",
        bounds: "12 digits each",
      }),
    ),
  people: z
    .array(personSchema.describe(describeField({ what: "One person.", bounds: "see its fields" })))
    .max(10_000, "a list of at most 10000 people")
    .default([])
    .describe(
      describeField({ what: "Who may sign in, approve and be told.", default: "none", bounds: "at most 10000" }),
    ),
  groups: z
    .record(nameSchema, z.array(personIdSchema).min(1, "1 to 1000 person ids").max(1000, "1 to 1000 person ids"))
    .default({})
    .describe(
      describeField({ what: "Person ids by group name.", default: "none", bounds: "1 to 1000 known people each" }),
    ),
  channels: z
    .record(nameSchema, channelSchema.describe(describeField({ what: "One channel.", bounds: "see its fields" })))
    .default({})
    .describe(describeField({ what: "Where notifications go, by name.", default: "none", bounds: "see its fields" })),
  allowLists: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9.:_-]{0,199}$/i, "a detection id such as `ec2.security-group-opened-to-world`"),
      z
        .array(allowListEntrySchema.describe(describeField({ what: "One permitted case.", bounds: "see its fields" })))
        .max(1000, "a list of at most 1000"),
    )
    .default({})
    .describe(
      describeField({ what: "Known and wanted cases, by detection id.", default: "none", bounds: "at most 1000 each" }),
    ),
  limits: limitsSchema
    .prefault({})
    .describe(describeField({ what: "What this node takes in.", default: "see its fields", bounds: "see its fields" })),
  responsePolicy: responsePolicySchema
    .prefault({})
    .describe(
      describeField({ what: "What is done about findings.", default: "observe and notify", bounds: "see its fields" }),
    ),
  remediation: remediationSchema
    .prefault({})
    .describe(
      describeField({ what: "Whether and where changes are applied.", default: "off", bounds: "see its fields" }),
    ),
  retention: retentionSchema
    .prefault({})
    .describe(
      describeField({ what: "How long things are kept.", default: "see its fields", bounds: "see its fields" }),
    ),
});

/** A checked configuration with every default filled in (`parseConfig` makes one). */
export type Config = z.output<typeof configSchema>;

/** The tenant that owns `accountId`; accounts that nobody owns belong to `default` (spec: tenants). */
export function tenantOfAccount(config: Pick<Config, "accounts">, accountId: string): string {
  return Object.hasOwn(config.accounts, accountId)
    ? (config.accounts[accountId]?.tenant ?? DEFAULT_TENANT)
    : DEFAULT_TENANT;
}
