import {
  AuthorizeSecurityGroupIngressCommand,
  CreateImageCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSubnetsCommand,
  DisableEbsEncryptionByDefaultCommand,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsEncryptionByDefaultCommand,
  ModifyImageAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ModifySnapshotAttributeCommand,
  ModifySubnetAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Json } from "@ephor/domain/json";
import { ACCOUNT, type Victim } from "../victim.ts";
import { type Careless, targetOf } from "./careless.ts";

const WORLD = "0.0.0.0/0";
const OFFICE = "203.0.113.0/24";
const OTHER_ACCOUNT = "444455556666";

type Rule = { readonly port: number; readonly from: string };

/** A security group with these rules; seen as `port from` each. */
function group(remediation: string, rules: { open: readonly Rule[]; kept: readonly Rule[]; other: Rule }): Careless {
  return {
    remediation,
    on: "moto",
    async make({ clients: { ec2 } }, name) {
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      const { GroupId = "" } = await ec2.send(
        new CreateSecurityGroupCommand({ GroupName: name, Description: "careless", VpcId: Vpc?.VpcId }),
      );
      const open = ({ port, from }: Rule) =>
        ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId,
            IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: from }] }],
          }),
        );
      for (const rule of [...rules.kept, ...rules.open]) await open(rule);
      return {
        target: targetOf("AWS::EC2::SecurityGroup", GroupId),
        careless: said([...rules.kept, ...rules.open]),
        right: said(rules.kept),
        disturb: () => open(rules.other),
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
    },
  };
}
const said = (rules: readonly Rule[]): Json => rules.map(({ port, from }) => `${port} ${from}`).sort();

async function instanceOf({ clients: { ec2 } }: Victim): Promise<string> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: Images[0]?.ImageId, MinCount: 1, MaxCount: 1, InstanceType: "t3.micro" }),
  );
  return Instances[0]?.InstanceId ?? "";
}

const requireImdsv2: Careless = {
  remediation: "ec2.require-imdsv2",
  on: "moto",
  onlyWay: "tokens are required or optional",
  async make(victim) {
    const { ec2 } = victim.clients;
    const InstanceId = await instanceOf(victim);
    const set = (HttpTokens: "optional" | "required") =>
      ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens }));
    await set("optional");
    const see = async () => {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
      return Reservations[0]?.Instances?.[0]?.MetadataOptions?.HttpTokens ?? null;
    };
    return {
      target: targetOf("AWS::EC2::Instance", InstanceId),
      ...{ careless: "optional", right: "required", see },
      disturb: async () => set((await see()) === "required" ? "optional" : "required"),
    };
  },
};

const subnetNoPublicIp: Careless = {
  remediation: "ec2.subnet-no-public-ip",
  on: "moto",
  onlyWay: "addresses are given out or not",
  async make({ clients: { ec2 } }) {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }));
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: "10.1.1.0/24" }));
    const SubnetId = Subnet?.SubnetId ?? "";
    const set = (Value: boolean) =>
      ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value } }));
    await set(true);
    const see = async () => {
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
      return Subnets[0]?.MapPublicIpOnLaunch ?? null;
    };
    return {
      target: targetOf("AWS::EC2::Subnet", SubnetId),
      ...{ careless: true, right: false, see },
      disturb: async () => set(!(await see())),
    };
  },
};

const encryptEbsByDefault: Careless = {
  remediation: "ec2.encrypt-ebs-by-default",
  on: "moto",
  onlyWay: "the default is on or off",
  async make({ clients: { ec2 } }) {
    const set = async (on: boolean) => {
      if (on) await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
      else await ec2.send(new DisableEbsEncryptionByDefaultCommand({}));
    };
    await set(false);
    const see = async () => (await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault ?? null;
    return {
      target: targetOf("AWS::::Account", ACCOUNT),
      ...{ careless: false, right: true, see },
      disturb: async () => set(!(await see())),
    };
  },
};

/** Everyone, and an account that the finding does not name until somebody shares with it as well. */
const sharing = { everyone: true, others: [OTHER_ACCOUNT] };

const unshareImage: Careless = {
  remediation: "ec2.unshare-image",
  on: "moto",
  async make(victim, name) {
    const { ec2 } = victim.clients;
    const InstanceId = await instanceOf(victim);
    const { ImageId = "" } = await ec2.send(new CreateImageCommand({ InstanceId, Name: name }));
    const share = (permission: { Group: "all" } | { UserId: string }) =>
      ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [permission] } }));
    await share({ Group: "all" });
    return {
      target: targetOf("AWS::EC2::Image", ImageId, { evidence: sharing }),
      ...{ careless: ["all"], right: [], disturb: () => share({ UserId: OTHER_ACCOUNT }) },
      see: async () => {
        const Attribute = "launchPermission";
        const { LaunchPermissions = [] } = await ec2.send(new DescribeImageAttributeCommand({ ImageId, Attribute }));
        return LaunchPermissions.map(({ Group, UserId }) => Group ?? UserId ?? "").sort();
      },
    };
  },
};

const unshareSnapshot: Careless = {
  remediation: "ec2.unshare-snapshot",
  on: "moto",
  async make({ clients: { ec2 } }) {
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "eu-central-1a", Size: 1 }));
    const { SnapshotId = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    const share = (who: { GroupNames: string[] } | { UserIds: string[] }) =>
      ec2.send(
        new ModifySnapshotAttributeCommand({
          ...{ SnapshotId, Attribute: "createVolumePermission", OperationType: "add" },
          ...who,
        }),
      );
    await share({ GroupNames: ["all"] });
    return {
      target: targetOf("AWS::EC2::Snapshot", SnapshotId, { evidence: sharing }),
      ...{ careless: ["all"], right: [], disturb: () => share({ UserIds: [OTHER_ACCOUNT] }) },
      see: async () => {
        const Attribute = "createVolumePermission";
        const { CreateVolumePermissions = [] } = await ec2.send(
          new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }),
        );
        return CreateVolumePermissions.map(({ Group, UserId }) => Group ?? UserId ?? "").sort();
      },
    };
  },
};

/** An instance that somebody else's program runs on. */
const isolateInstance: Careless = {
  remediation: "ec2.isolate-instance",
  on: "moto",
  async make(victim, name) {
    const { ec2 } = victim.clients;
    const InstanceId = await instanceOf(victim);
    const described = async () => {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
      return Reservations[0]?.Instances?.[0];
    };
    const { VpcId, NetworkInterfaces = [] } = (await described()) ?? {};
    const NetworkInterfaceId = NetworkInterfaces[0]?.NetworkInterfaceId;
    const join = async (group: string) => {
      const { GroupId = "" } = await ec2.send(
        new CreateSecurityGroupCommand({ GroupName: group, Description: "careless", VpcId }),
      );
      await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [GroupId] }));
      return GroupId;
    };
    const former = await join(`${name}-web`);
    return {
      target: targetOf("AWS::EC2::Instance", InstanceId),
      ...{ careless: ["former"], right: ["nothing in, nothing out"], disturb: () => join(`${name}-other`) },
      see: async () => {
        const groups = (await described())?.NetworkInterfaces?.flatMap(({ Groups = [] }) => Groups) ?? [];
        const GroupIds = groups.flatMap(({ GroupId }) => GroupId ?? []);
        const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
        return SecurityGroups.map(({ GroupId, IpPermissions = [], IpPermissionsEgress = [] }) => {
          if (GroupId === former) return "former";
          return IpPermissions.length + IpPermissionsEgress.length === 0 ? "nothing in, nothing out" : "another";
        });
      },
    };
  },
};

export const ec2: readonly Careless[] = [
  isolateInstance,
  group("ec2.revoke-open-ingress", {
    open: [
      { port: 22, from: WORLD },
      { port: 5432, from: WORLD },
    ],
    kept: [{ port: 22, from: OFFICE }],
    other: { port: 8443, from: WORLD },
  }),
  group("ec2.close-admin-ports", {
    open: [{ port: 22, from: WORLD }],
    kept: [
      { port: 443, from: WORLD },
      { port: 22, from: OFFICE },
    ],
    other: { port: 3389, from: WORLD },
  }),
  requireImdsv2,
  subnetNoPublicIp,
  encryptEbsByDefault,
  unshareImage,
  unshareSnapshot,
];
