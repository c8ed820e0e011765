import { randomUUID } from "node:crypto";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { JsonObject } from "@ephor/domain/json";
import type { VictimClients } from "../emulator/remediations/victim-clients.ts";
import type { ActKind } from "./still-stands.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
/** Who was careless; a person of the configuration, so that it is known who must not approve. */
export const MALLORY = `arn:aws:iam::${ACCOUNT}:user/mallory`;

/** Something careless that somebody did, as CloudTrail tells of it. */
export type Act = {
  readonly kind: ActKind;
  readonly what: string;
  readonly resource: string;
  readonly record: JsonObject;
};

/** Fills the account with what should not be there, act by act. */
export async function careless({ ec2, s3, iam }: VictimClients): Promise<readonly Act[]> {
  return [
    ...[await openGroup(ec2), await publicBucket(s3), await newAdmin(iam), await strangeKey(iam)],
    await publicSnapshot(ec2),
  ];
}

async function openGroup(ec2: VictimClients["ec2"]): Promise<Act> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: "web", Description: "web servers", VpcId: Vpc?.VpcId }),
  );
  const CidrIp = "0.0.0.0/0";
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return {
    kind: "open-group",
    what: "opened ssh to the world",
    resource: GroupId,
    record: recordOf(
      { service: "ec2", eventName: "AuthorizeSecurityGroupIngress" },
      {
        groupId: GroupId,
        ipPermissions: {
          items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: CidrIp }] } }],
        },
      },
    ),
  };
}

async function publicBucket(s3: VictimClients["s3"]): Promise<Act> {
  const Bucket = "customer-reports";
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  const policy = {
    Version: "2012-10-17",
    Statement: [
      {
        ...{ Sid: "Everyone", Effect: "Allow", Principal: "*", Action: "s3:GetObject" },
        Resource: `arn:aws:s3:::${Bucket}/*`,
      },
    ],
  };
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
  return {
    kind: "public-bucket",
    what: "let everyone read a bucket",
    resource: Bucket,
    record: recordOf({ service: "s3", eventName: "PutBucketPolicy" }, { bucketName: Bucket, bucketPolicy: policy }),
  };
}

async function newAdmin(iam: VictimClients["iam"]): Promise<Act> {
  const UserName = "temp-admin";
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  return {
    kind: "new-admin",
    what: "made a user an administrator",
    resource: UserName,
    record: recordOf({ service: "iam", eventName: "AttachUserPolicy" }, { userName: UserName, policyArn: PolicyArn }),
  };
}

async function strangeKey(iam: VictimClients["iam"]): Promise<Act> {
  const UserName = "backup-robot";
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const accessKeyId = AccessKey?.AccessKeyId ?? "";
  const accessKey = { accessKeyId, userName: UserName, status: "Active", createDate: "Jan 1, 2026 12:00:00 PM" };
  return {
    kind: "strange-key",
    what: "made a key for somebody else",
    resource: UserName,
    record: recordOf(
      { service: "iam", eventName: "CreateAccessKey", responseElements: { accessKey } },
      { userName: UserName },
    ),
  };
}

async function publicSnapshot(ec2: VictimClients["ec2"]): Promise<Act> {
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1 }));
  const { SnapshotId = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  const Attribute = "createVolumePermission";
  await ec2.send(
    new ModifySnapshotAttributeCommand({ SnapshotId, Attribute, OperationType: "add", GroupNames: ["all"] }),
  );
  return {
    kind: "public-snapshot",
    what: "shared a disk with everyone",
    resource: SnapshotId,
    record: recordOf(
      { service: "ec2", eventName: "ModifySnapshotAttribute" },
      {
        ...{ snapshotId: SnapshotId, attributeType: "CREATE_VOLUME_PERMISSION" },
        createVolumePermission: { add: { items: [{ group: "all" }] } },
      },
    ),
  };
}

/** The same acts where there is no account to be careless in: of resources that are nowhere. */
export const imagined = (): readonly JsonObject[] => [
  recordOf(
    { service: "ec2", eventName: "AuthorizeSecurityGroupIngress" },
    {
      groupId: "sg-0a1b2c3d4e5f60718",
      ipPermissions: {
        items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }],
      },
    },
  ),
  recordOf(
    { service: "ec2", eventName: "ModifySnapshotAttribute" },
    {
      ...{ snapshotId: "snap-0a1b2c3d4e5f60718", attributeType: "CREATE_VOLUME_PERMISSION" },
      createVolumePermission: { add: { items: [{ group: "all" }] } },
    },
  ),
];

/** One record as CloudTrail writes it. */
export function recordOf(
  call: { readonly service: string; readonly eventName: string; readonly responseElements?: JsonObject },
  requestParameters: JsonObject,
): JsonObject {
  const { service, eventName, responseElements = {} } = call;
  return {
    eventVersion: "1.10",
    userIdentity: {
      ...{
        type: "IAMUser",
        principalId: "AIDAEXAMPLEMALLORY01",
        arn: MALLORY,
        accountId: ACCOUNT,
        userName: "mallory",
      },
    },
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: service === "iam" ? "us-east-1" : REGION,
    ...{ sourceIPAddress: "203.0.113.7", userAgent: "aws-cli/2.31.0", requestParameters, responseElements },
    ...{ eventID: randomUUID(), eventType: "AwsApiCall", readOnly: false, managementEvent: true },
    ...{ eventCategory: "Management", recipientAccountId: ACCOUNT },
  };
}
