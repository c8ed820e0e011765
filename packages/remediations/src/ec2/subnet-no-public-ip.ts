import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask, resourceGone, unsupported } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf, tagsSchema } from "../values.ts";
import { subnets } from "./ids.ts";

const answerSchema = z.object({
  Subnets: z.array(z.object({ OwnerId: z.string(), MapPublicIpOnLaunch: z.boolean(), Tags: tagsSchema })),
});

const set = (Value: boolean, { resource }: RemediationTarget) =>
  callOf("ec2", "ModifySubnetAttribute", { SubnetId: resource.id, MapPublicIpOnLaunch: { Value } }).says(
    Value
      ? `Give new instances in subnet ${resource.id} public addresses again`
      : `Give new instances in subnet ${resource.id} no public address`,
  );

const ID = "subnet-0a1b2c3d4e5f60718";
const target = targetOf("AWS::EC2::Subnet", ID);
const subnet = (MapPublicIpOnLaunch: boolean, OwnerId = ACCOUNT) => ({
  DescribeSubnets: {
    Subnets: [
      {
        ...{ SubnetId: ID, VpcId: "vpc-0a1b2c3d", CidrBlock: "10.0.1.0/24", State: "available" },
        ...{ OwnerId, MapPublicIpOnLaunch, Tags: [{ Key: "env", Value: "production" }] },
      },
    ],
  },
});
const call = (Value: boolean) => ({
  service: "ec2" as const,
  operation: "ModifySubnetAttribute",
  input: { SubnetId: ID, MapPublicIpOnLaunch: { Value } },
});

export const subnetNoPublicIp = defineRemediation({
  id: "ec2.subnet-no-public-ip",
  title: "Give new instances in a subnet no public address",
  description:
    "Instances that start in the subnet no longer get a public IPv4 address unless whoever starts them asks for one. Addresses that instances have stay.",
  controls: { fsbp: ["EC2.15"] },
  risk: "medium",
  resources: subnets,
  permissions: { read: ["ec2:DescribeSubnets"], write: ["ec2:ModifySubnetAttribute"] },
  state: z.strictObject({ publicIpOnLaunch: z.boolean() }),
  read: async (aws, of) => {
    const { id } = of.resource;
    const described = await ask(
      aws,
      { service: "ec2", operation: "DescribeSubnets", input: { SubnetIds: [id] } },
      { answer: answerSchema, gone: ["InvalidSubnetID.NotFound"] },
    );
    if (!described.ok) return described;
    const found = described.value.Subnets[0];
    if (found === undefined) return resourceGone(`subnet ${id} is not there any more`);
    if (found.OwnerId !== of.account) return unsupported(`subnet ${id} is shared by the account that owns it`);
    return ok({ state: { publicIpOnLaunch: found.MapPublicIpOnLaunch }, tags: found.Tags });
  },
  change: ({ publicIpOnLaunch }, of) => ({
    calls: publicIpOnLaunch ? [set(false, of)] : [],
    after: { publicIpOnLaunch: false },
    blast: publicIpOnLaunch
      ? `Instances that start in subnet ${of.resource.id} from now on, those of auto scaling groups among them, cannot be reached from the internet, and reach it only where a NAT gateway leads there.`
      : `Nothing: subnet ${of.resource.id} gives out no public addresses.`,
  }),
  undo: ({ before, current, target: of }) =>
    before.publicIpOnLaunch === current.publicIpOnLaunch ? [] : [set(before.publicIpOnLaunch, of)],
  model: {
    simulate: (_, { input }) => ({
      publicIpOnLaunch: z.object({ Value: z.boolean() }).parse(input["MapPublicIpOnLaunch"]).Value,
    }),
  },
  references: [
    "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html",
  ],
  cases: [
    hit("new instances get public addresses", {
      target,
      answers: subnet(true),
      expect: {
        tags: { env: "production" },
        calls: [call(false)],
        diff: [{ path: "/publicIpOnLaunch", before: true, after: false }],
        undo: [call(true)],
      },
    }),
    nothing("they get none", { target, answers: subnet(false) }),
    malformed("the subnet is gone", {
      target,
      answers: { DescribeSubnets: failure("InvalidSubnetID.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the subnet is shared by another account", {
      target,
      answers: subnet(true, OTHER_ACCOUNT),
      expect: { code: "remediation.unsupported" },
    }),
    malformed("a VPC", {
      target: targetOf("AWS::EC2::Subnet", "vpc-0a1b2c3d"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
