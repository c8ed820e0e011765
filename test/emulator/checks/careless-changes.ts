import { randomUUID } from "node:crypto";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateBucketCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { apiCall } from "@ephor/detections/cases/cloudtrail-event";
import type { Json, JsonObject } from "@ephor/domain/json";
import { CARELESS_ARN, VICTIM } from "../deployed-config.ts";
import type { VictimClients } from "../remediations/victim-clients.ts";
import { HOME_REGION } from "../system.ts";

/** Something that a person left careless in the victim account: what tells of it, and how it looks there. */
export type CarelessChange = {
  readonly service: "ec2" | "s3";
  readonly detection: string;
  readonly resource: string;
  /** What CloudTrail says of it. */
  readonly record: JsonObject;
  /** What an independent client sees. */
  readonly see: () => Promise<Json>;
  readonly careless: Json;
  readonly right: Json;
  /** Fields of the plan's difference, as JSON pointers. */
  readonly differs: readonly string[];
  /** What its session may do at the most while it reads, and while it changes. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
};

const MALLORY = { type: "IAMUser", userName: "mallory", principalId: "AIDAEXAMPLEMALLORY001", accountId: VICTIM };

function recordOf(of: { service: string; name: string; request: JsonObject }): JsonObject {
  const { detail } = apiCall({ ...of, by: { ...MALLORY, arn: CARELESS_ARN } });
  const eventTime = `${new Date().toISOString().slice(0, 19)}Z`;
  return { ...detail, eventID: randomUUID(), eventTime, awsRegion: HOME_REGION, recipientAccountId: VICTIM };
}

const WORLD = "0.0.0.0/0";
/** What stays: a service for everyone that the finding does not name, and the office. */
const KEPT = [
  { port: 443, from: WORLD },
  { port: 22, from: "203.0.113.0/24" },
];
const said = (rules: readonly { port: number; from: string }[]): Json =>
  rules.map(({ port, from }) => `${port} ${from}`).sort();

/** A security group that lets everyone in to port 22. */
export async function openPort({ ec2 }: VictimClients): Promise<CarelessChange> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({
      ...{ GroupName: `careless-${randomUUID()}`, Description: "careless", VpcId: Vpc?.VpcId },
      TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "environment", Value: "test" }] }],
    }),
  );
  const opened = { port: 22, from: WORLD };
  for (const { port, from } of [...KEPT, opened]) {
    const IpRanges = [{ CidrIp: from }];
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  }
  const items = [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: WORLD }] } }];
  const request = { groupId: GroupId, ipPermissions: { items } };
  return {
    ...{ service: "ec2", detection: "ec2.security-group-opened-to-world", resource: GroupId },
    record: recordOf({ service: "ec2", name: "AuthorizeSecurityGroupIngress", request }),
    ...{ careless: said([...KEPT, opened]), right: said(KEPT), differs: ["/rules"] },
    reads: ["ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups"],
    writes: ["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags", "ec2:RevokeSecurityGroupIngress"],
    see: async () => {
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
      const permissions = SecurityGroups[0]?.IpPermissions ?? [];
      return said(
        permissions.flatMap(({ FromPort: port = 0, IpRanges = [] }) =>
          IpRanges.map(({ CidrIp: from = "" }) => ({ port, from })),
        ),
      );
    },
  };
}

const SWITCHES = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;
const blocks = (...on: readonly string[]): Record<string, boolean> =>
  Object.fromEntries(SWITCHES.map((name) => [name, on.includes(name)]));

/** A bucket whose Block Public Access is off in part; `disturb` is somebody else who changes it to something else. */
export async function weakBlock({ s3 }: VictimClients): Promise<CarelessChange & { disturb: () => Promise<Json> }> {
  const Bucket = `careless-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: HOME_REGION } }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "environment", Value: "test" }] } }));
  const put = async (configuration: PublicAccessBlockConfiguration) => {
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: configuration }));
  };
  const careless = blocks("BlockPublicAcls", "IgnorePublicAcls");
  await put(careless);
  return {
    ...{ service: "s3", detection: "s3.public-access-block-weakened", resource: Bucket },
    record: recordOf({
      ...{ service: "s3", name: "PutBucketPublicAccessBlock" },
      request: { bucketName: Bucket, PublicAccessBlockConfiguration: careless },
    }),
    ...{ careless, right: blocks(...SWITCHES) },
    differs: ["/configuration/BlockPublicPolicy", "/configuration/RestrictPublicBuckets"],
    reads: ["s3:GetBucketPublicAccessBlock", "s3:GetBucketTagging"],
    writes: ["s3:PutBucketPublicAccessBlock"],
    see: async () => {
      const { PublicAccessBlockConfiguration: found } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      return Object.fromEntries(SWITCHES.map((name) => [name, found?.[name] ?? null]));
    },
    disturb: async () => {
      const other = blocks("BlockPublicAcls");
      await put(other);
      return other;
    },
  };
}
