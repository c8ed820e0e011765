import type { JsonObject } from "@ephor/domain/json";
import { ACCOUNT, targetOf } from "../cases/case.ts";
import { quarantineName, TAG } from "./isolation.ts";

export const INSTANCE = "i-0a1b2c3d4e5f60718";
export const mined = targetOf("AWS::EC2::Instance", INSTANCE);
export const NAME = quarantineName(mined);
const [VPC, INTERFACE, ROOT, DATA] = ["vpc-0a1b2c3d", "eni-0a1b2c3d", "vol-0a1b2c3d", "vol-1a1b2c3d"];

/** A running instance with a root and a data volume and one interface in `groups`. */
export const anInstance = (groups: readonly string[], more: JsonObject = {}) => ({
  DescribeInstances: {
    Reservations: [
      {
        OwnerId: ACCOUNT,
        ReservationId: "r-0a1b2c3d",
        Instances: [
          {
            InstanceId: INSTANCE,
            State: { Code: 16, Name: "running" },
            VpcId: VPC,
            RootDeviceName: "/dev/xvda",
            BlockDeviceMappings: [
              { DeviceName: "/dev/sdb", Ebs: { VolumeId: DATA, Status: "attached" } },
              { DeviceName: "/dev/xvda", Ebs: { VolumeId: ROOT, Status: "attached" } },
            ],
            NetworkInterfaces: [
              {
                ...{ NetworkInterfaceId: INTERFACE, VpcId: VPC, OwnerId: ACCOUNT, Status: "in-use" },
                Groups: groups.map((GroupId) => ({ GroupId, GroupName: "web" })),
              },
            ],
            Tags: [{ Key: "env", Value: "production" }],
            ...more,
          },
        ],
      },
    ],
  },
});

export const noSnapshots = { DescribeSnapshots: { Snapshots: [] } };
export const bothSnapshots = {
  DescribeSnapshots: {
    Snapshots: [
      { SnapshotId: "snap-0a1b2c3d", VolumeId: ROOT, State: "completed", OwnerId: ACCOUNT },
      { SnapshotId: "snap-1a1b2c3d", VolumeId: DATA, State: "pending", OwnerId: ACCOUNT },
    ],
  },
};
export const aVpc = (ipv6: "associated" | "disassociated" | "none") => ({
  DescribeVpcs: {
    Vpcs: [
      {
        VpcId: VPC,
        CidrBlock: "10.0.0.0/16",
        ...(ipv6 === "none"
          ? {}
          : {
              Ipv6CidrBlockAssociationSet: [
                {
                  AssociationId: "vpc-cidr-assoc-0a1b2c3d",
                  Ipv6CidrBlock: "2001:db8::/56",
                  Ipv6CidrBlockState: { State: ipv6 },
                },
              ],
            }),
      },
    ],
  },
});
export const noGroup = { DescribeSecurityGroups: { SecurityGroups: [] } };
export const aQuarantineGroup = (rules: readonly JsonObject[]) => ({
  DescribeSecurityGroups: {
    SecurityGroups: [{ GroupId: "sg-0123456789abcdef0", GroupName: NAME, VpcId: VPC, OwnerId: ACCOUNT }],
  },
  DescribeSecurityGroupRules: { SecurityGroupRules: rules },
});

const ec2 = (operation: string, input: JsonObject) => ({ service: "ec2" as const, operation, input });
export const createSnapshots = (exclude: JsonObject = {}) =>
  ec2("CreateSnapshots", {
    InstanceSpecification: { InstanceId: INSTANCE, ...exclude },
    Description: `Evidence of instance ${INSTANCE}, isolated by Ephor`,
    TagSpecifications: [
      {
        ResourceType: "snapshot",
        Tags: [
          { Key: "ephor:evidence-of", Value: INSTANCE },
          { Key: TAG, Value: NAME },
        ],
      },
    ],
  });
export const createGroup = ec2("CreateSecurityGroup", {
  GroupName: NAME,
  Description: `Ephor: instance ${INSTANCE} is isolated`,
  VpcId: VPC,
  TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: TAG, Value: NAME }] }],
});
export const fromCall = (call: number): JsonObject => ({ $from: { call, path: "/GroupId" } });
export const revokeEgress = (
  GroupId: JsonObject | string,
  range: JsonObject = { IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
) => ec2("RevokeSecurityGroupEgress", { GroupId, IpPermissions: [{ IpProtocol: "-1", ...range }] });
export const joinGroups = (...Groups: (JsonObject | string)[]) =>
  ec2("ModifyNetworkInterfaceAttribute", { NetworkInterfaceId: INTERFACE, Groups });
export const deleteGroup = (GroupId: string) => ec2("DeleteSecurityGroup", { GroupId });
export const deleteTags = (...Resources: string[]) =>
  ec2("DeleteTags", { Resources, Tags: [{ Key: TAG, Value: NAME }] });
export { DATA, ROOT, VPC };
