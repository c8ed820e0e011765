import { DescribeSecurityGroupsCommand, DescribeSnapshotAttributeCommand } from "@aws-sdk/client-ec2";
import { ListAccessKeysCommand, ListAttachedUserPoliciesCommand } from "@aws-sdk/client-iam";
import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { codeOf } from "../emulator/remediations/careless/seen.ts";
import type { VictimClients } from "../emulator/remediations/victim-clients.ts";

type Clients = Pick<VictimClients, "ec2" | "s3" | "iam">;
type Look = {
  /** What the AWS CLI is asked, to see the same. */
  readonly aws: (resource: string) => string;
  readonly stands: (clients: Clients, resource: string) => Promise<boolean>;
};

/** How AWS itself tells of each careless act whether it still stands so. */
export const LOOKS = {
  "open-group": {
    aws: (id) => `ec2 describe-security-groups --group-ids ${id} --query 'SecurityGroups[].IpPermissions'`,
    async stands({ ec2 }, id) {
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
      const ranges = SecurityGroups.flatMap(({ IpPermissions: all = [] }) => all.flatMap((one) => one.IpRanges ?? []));
      return ranges.some((range) => range.CidrIp === "0.0.0.0/0");
    },
  },
  "public-bucket": {
    aws: (bucket) => `s3api get-bucket-policy --bucket ${bucket}`,
    stands: ({ s3 }, Bucket) =>
      s3
        .send(new GetBucketPolicyCommand({ Bucket }))
        .then(({ Policy = "" }) => Policy.includes("Everyone"), codeOf("NoSuchBucketPolicy", false)),
  },
  "new-admin": {
    aws: (user) => `iam list-attached-user-policies --user-name ${user}`,
    async stands({ iam }, UserName) {
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
      return AttachedPolicies.some(({ PolicyName }) => PolicyName === "AdministratorAccess");
    },
  },
  "strange-key": {
    aws: (user) => `iam list-access-keys --user-name ${user}`,
    async stands({ iam }, UserName) {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      return AccessKeyMetadata.some(({ Status }) => Status === "Active");
    },
  },
  "public-snapshot": {
    aws: (id) => `ec2 describe-snapshot-attribute --attribute createVolumePermission --snapshot-id ${id}`,
    async stands({ ec2 }, SnapshotId) {
      const { CreateVolumePermissions = [] } = await ec2.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "createVolumePermission" }),
      );
      return CreateVolumePermissions.some(({ Group }) => Group === "all");
    },
  },
} satisfies Record<string, Look>;

export type ActKind = keyof typeof LOOKS;
export const ACT_KINDS = Object.keys(LOOKS) as ActKind[];
