import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import {
  GetPublicAccessBlockCommand as GetOfAccountCommand,
  PutPublicAccessBlockCommand as PutOfAccountCommand,
} from "@aws-sdk/client-s3-control";
import type { Json } from "@ephor/domain/json";
import { ACCOUNT, type Victim } from "../victim.ts";
import { type Careless, targetOf } from "./careless.ts";
import { codeOf, seen, sorted } from "./seen.ts";

const switches = (...on: readonly string[]) => ({
  BlockPublicAcls: on.includes("BlockPublicAcls"),
  BlockPublicPolicy: on.includes("BlockPublicPolicy"),
  IgnorePublicAcls: on.includes("IgnorePublicAcls"),
  RestrictPublicBuckets: on.includes("RestrictPublicBuckets"),
});
const ALL = switches("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets");
const SOME = switches("BlockPublicAcls");
const OTHERS = switches("BlockPublicAcls", "IgnorePublicAcls");

async function bucketOf({ clients: { s3 } }: Victim, Bucket: string) {
  const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  return targetOf("AWS::S3::Bucket", Bucket);
}

const blockPublicAccess: Careless = {
  remediation: "s3.block-public-access",
  on: "ministack",
  async make(victim, Bucket) {
    const { s3 } = victim.clients;
    const target = await bucketOf(victim, Bucket);
    const put = (PublicAccessBlockConfiguration: typeof SOME) =>
      s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    await put(SOME);
    return {
      target,
      ...{ careless: SOME, right: ALL, disturb: () => put(OTHERS) },
      see: async () =>
        seen((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration),
    };
  },
};

const blockPublicAccessOfAccount: Careless = {
  remediation: "s3.block-public-access-account",
  on: "moto",
  async make({ clients: { s3control } }) {
    const AccountId = ACCOUNT;
    const put = (PublicAccessBlockConfiguration: typeof SOME) =>
      s3control.send(new PutOfAccountCommand({ AccountId, PublicAccessBlockConfiguration }));
    await put(SOME);
    return {
      target: targetOf("AWS::::Account", ACCOUNT),
      ...{ careless: SOME, right: ALL, disturb: () => put(OTHERS) },
      see: async () =>
        seen((await s3control.send(new GetOfAccountCommand({ AccountId }))).PublicAccessBlockConfiguration),
    };
  },
};

const encryptByDefault: Careless = {
  remediation: "s3.encrypt-by-default",
  on: "moto",
  async make(victim, Bucket) {
    const { s3 } = victim.clients;
    const target = await bucketOf(victim, Bucket);
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } }];
    return {
      target,
      ...{ careless: null, right: "AES256" },
      disturb: () => s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } })),
      see: () =>
        s3
          .send(new GetBucketEncryptionCommand({ Bucket }))
          .then(
            ({ ServerSideEncryptionConfiguration: found }) =>
              found?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? null,
            codeOf("ServerSideEncryptionConfigurationNotFoundError", null),
          ),
    };
  },
};

const statement = (Sid: string, Principal: Json, Bucket: string) => ({
  ...{ Sid, Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
});
const document = (...Statement: readonly Json[]) => ({ Version: "2012-10-17", Statement });

type Policies = { readonly careless: Json; readonly right: Json; readonly other: Json };

/** A bucket whose policy is careless. */
function policied(remediation: string, policiesFor: (bucket: string) => Policies): Careless {
  return {
    remediation,
    on: "ministack",
    async make(victim, Bucket) {
      const { s3 } = victim.clients;
      const target = await bucketOf(victim, Bucket);
      const { careless, right, other } = policiesFor(Bucket);
      const put = (policy: Json) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
      await put(careless);
      return {
        target,
        ...{ careless: sorted(careless), right: sorted(right), disturb: () => put(other) },
        see: async () => sorted(JSON.parse((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "null")),
      };
    },
  };
}

const partner = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

export const s3: readonly Careless[] = [
  blockPublicAccess,
  blockPublicAccessOfAccount,
  encryptByDefault,
  policied("s3.remove-public-statement", (bucket) => {
    const own = statement("Own", partner, bucket);
    return {
      careless: document(own, statement("Public", "*", bucket)),
      right: document(own),
      other: document(own, statement("Public", "*", bucket), statement("Other", "*", bucket)),
    };
  }),
  policied("s3.require-tls", (bucket) => {
    const own = statement("Own", partner, bucket);
    const tls = {
      ...{ Sid: "DenyWithoutTls", Effect: "Deny", Principal: "*", Action: "s3:*" },
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    return {
      careless: document(own),
      right: document(own, tls),
      other: document(own, statement("Other", partner, bucket)),
    };
  }),
];
