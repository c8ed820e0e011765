import { z } from "zod";
import { cidrSchema, safeUrl } from "./address.ts";
import { channelSchema } from "./channel.ts";
import { accountIdSchema, describeField, nameSchema, personIdSchema, text, wholeNumber } from "./field.ts";
import { responsePolicySchema } from "./response-policy.ts";

export const ROLES = ["viewer", "analyst", "approver", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

export const DEFAULT_TENANT = "default";
export const DEFAULT_PUBLIC_URL = "http://127.0.0.1:4400";

const publicUrl = z
  .string()
  .max(2048, "an address of at most 2048 characters")
  .refine(
    (url) => safeUrl(url)?.search === "",
    "an https address (http only on this machine) without credentials or query",
  )
  .transform((url) => url.replace(/\/+$/, ""));

const account = z.strictObject({
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

const person = z.strictObject({
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
        what: "Who this person is in AWS: nobody approves their own change.",
        default: "none",
        bounds: "at most 100 ARNs",
      }),
    ),
});

const allowed = z
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

const limits = z.strictObject({
  requestsPerSecond: wholeNumber(1, 1_000_000)
    .default(1000)
    .describe(describeField({ what: "A token or address.", default: "1000", bounds: "1 to 1000000" })),
  burstFactor: wholeNumber(1, 100)
    .default(2)
    .describe(
      describeField({ what: "A burst may hold this many seconds of requests.", default: "2", bounds: "1 to 100" }),
    ),
  inboxMax: wholeNumber(1, 100_000_000)
    .default(100_000)
    .describe(
      describeField({
        what: "Events waiting; beyond, 503 with Retry-After.",
        default: "100000",
        bounds: "1 to 100000000",
      }),
    ),
  bodyBytesMax: wholeNumber(1024, 5 * 1024 * 1024)
    .default(5 * 1024 * 1024)
    .describe(
      describeField({ what: "Largest request body; beyond, 413.", default: "5242880", bounds: "1024 to 5242880" }),
    ),
});

const retention = z.strictObject({
  inboxHours: wholeNumber(1, 720)
    .default(24)
    .describe(describeField({ what: "Delivered inbox rows are kept.", default: "24", bounds: "1 to 720" })),
  deadLetterDays: wholeNumber(1, 365)
    .default(14)
    .describe(describeField({ what: "Dead letters are kept.", default: "14", bounds: "1 to 365" })),
  executionDays: wholeNumber(1, 365)
    .default(90)
    .describe(describeField({ what: "Histories of finished executions are kept.", default: "90", bounds: "1 to 365" })),
});

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
      what: "Where people reach this node: links and the ledger's origin are made from it.",
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
    .record(accountIdSchema, account.describe(describeField({ what: "One account.", bounds: "see its fields" })))
    .default({})
    .describe(
      describeField({
        what: "AWS accounts by id.",
        default: "none: all belong to `default`",
        bounds: "12 digits each",
      }),
    ),
  people: z
    .array(person.describe(describeField({ what: "One person.", bounds: "see its fields" })))
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
        .array(allowed.describe(describeField({ what: "One permitted case.", bounds: "see its fields" })))
        .max(1000, "a list of at most 1000"),
    )
    .default({})
    .describe(
      describeField({ what: "Known and wanted cases, by detection id.", default: "none", bounds: "at most 1000 each" }),
    ),
  limits: limits
    .prefault({})
    .describe(describeField({ what: "What this node takes in.", default: "see its fields", bounds: "see its fields" })),
  responsePolicy: responsePolicySchema
    .prefault({})
    .describe(
      describeField({ what: "What is done about findings.", default: "observe everything", bounds: "see its fields" }),
    ),
  retention: retention
    .prefault({})
    .describe(
      describeField({ what: "How long things are kept.", default: "see its fields", bounds: "see its fields" }),
    ),
});

/** A checked configuration with every default filled in (`parseConfig` makes one). */
export type Config = z.output<typeof configSchema>;
export type Person = Config["people"][number];
export type Account = Config["accounts"][string];
export type AllowListEntry = Config["allowLists"][string][number];

/** The tenant that owns `accountId`; accounts that nobody owns belong to `default` (spec: tenants). */
export function tenantOfAccount(config: Pick<Config, "accounts">, accountId: string): string {
  return Object.hasOwn(config.accounts, accountId)
    ? (config.accounts[accountId]?.tenant ?? DEFAULT_TENANT)
    : DEFAULT_TENANT;
}
