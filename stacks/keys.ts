import { arnsOf, type Context, nameOf } from "./context.ts";
import { policyOf, type ResourceStatement } from "./policy.ts";
import { CONFIDENTIAL } from "./tags.ts";

/** AWS services that encrypt with a key for this account. */
const SERVICES = ["sns", "sqs", "events", "cloudwatch", "scheduler", "budgets"].map((name) => `${name}.amazonaws.com`);

const encrypting = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:DescribeKey",
];

/** A key's own policy names no other key, hence `*` for itself (KMS Developer Guide, "Default key policy"). */
const administered = ({ root }: { root: string }): ResourceStatement => ({
  Sid: "AccountGrantsByIam",
  Principal: { AWS: root },
  Action: "kms:*",
  Resource: "*",
});

function servicesOf(context: Context, region: string): readonly ResourceStatement[] {
  const { account, partition } = context;
  return [
    {
      Sid: "ServicesOfThisAccount",
      Principal: { Service: SERVICES },
      Action: encrypting,
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
    {
      Sid: "LogsOfThisAccount",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: encrypting,
      Resource: "*",
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
      },
    },
  ];
}

function key(context: Context, { thing, ...args }: { thing: string } & aws.kms.KeyArgs): aws.kms.Key {
  const made = new aws.kms.Key(`Key-${thing}`, {
    description: `Ephor ${context.stage.name}: ${thing}`,
    deletionWindowInDays: context.stage.keyDeletionDays,
    policy: policyOf([administered(arnsOf(context))]),
    ...args,
  });
  new aws.kms.Alias(`KeyAlias-${thing}`, {
    name: `alias/${nameOf(context, thing)}`,
    targetKeyId: made.keyId,
    ...(args.region === undefined ? {} : { region: args.region }),
  });
  return made;
}

/** A key for what is at rest in `region`: queues, topics, logs. */
export const dataKey = (context: Context, { thing, region }: { thing: string; region: string }): aws.kms.Key =>
  key(context, {
    thing,
    enableKeyRotation: true,
    region,
    policy: policyOf([administered(arnsOf(context)), ...servicesOf(context, region)]),
    tags: CONFIDENTIAL,
  });

/** A key that others are derived from by purpose (HMAC); it never leaves KMS. */
const macKey = (context: Context, thing: string): aws.kms.Key =>
  key(context, { thing, keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256", tags: CONFIDENTIAL });

export type Keys = {
  readonly data: aws.kms.Key;
  readonly evidence: aws.kms.Key;
  /** By the name that a function's declaration uses for the secret. */
  readonly secrets: Readonly<Record<string, aws.kms.Key>>;
};

/** KMS rotates symmetric encryption keys by itself, not those that sign or make MACs (KMS Developer Guide, "Rotate AWS KMS keys"). */
export function keys(context: Context): Keys {
  return {
    data: dataKey(context, { thing: "data", region: context.region }),
    evidence: key(context, { thing: "evidence", enableKeyRotation: true, tags: CONFIDENTIAL }),
    secrets: {
      "ledger-key": key(context, {
        thing: "ledger-key",
        keyUsage: "SIGN_VERIFY",
        customerMasterKeySpec: "ECC_NIST_EDWARDS25519",
        tags: CONFIDENTIAL,
      }),
      "cursor-key": macKey(context, "cursor-key"),
      "link-key": macKey(context, "link-key"),
      "snapshot-key": key(context, { thing: "snapshot-key", enableKeyRotation: true, tags: CONFIDENTIAL }),
    },
  };
}
