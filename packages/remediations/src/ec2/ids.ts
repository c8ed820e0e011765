import type { IdForm } from "../id-form.ts";

/** Ids of EC2 have eight hexadecimal digits, or seventeen since 2018 (EC2 User Guide, "Resource IDs"). */
const form = (prefix: string, expected: string): IdForm => ({
  pattern: new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
  expected,
});

export const securityGroups = {
  "AWS::EC2::SecurityGroup": form("sg", "the id of a security group, such as sg-0a1b2c3d"),
};
export const instances = { "AWS::EC2::Instance": form("i", "the id of an instance, such as i-0a1b2c3d") };
export const snapshots = { "AWS::EC2::Snapshot": form("snap", "the id of a snapshot, such as snap-0a1b2c3d") };
export const images = { "AWS::EC2::Image": form("ami", "the id of an image, such as ami-0a1b2c3d") };
export const subnets = { "AWS::EC2::Subnet": form("subnet", "the id of a subnet, such as subnet-0a1b2c3d") };
