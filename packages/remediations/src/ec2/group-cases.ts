import type { Json, JsonObject } from "@ephor/domain/json";
import { ACCOUNT, targetOf } from "../cases/case.ts";

export const GROUP = "sg-0a1b2c3d4e5f60718";

/** The target of a finding about the group, whose evidence names `rules` where there are any. */
export const onGroup = (rules?: Json) =>
  targetOf("AWS::EC2::SecurityGroup", GROUP, rules === undefined ? {} : { evidence: { rules } });

/** A rule as DescribeSecurityGroupRules gives it: tcp 22, inbound, unless told otherwise. */
export const aRule = (more: JsonObject): JsonObject => ({
  SecurityGroupRuleId: "sgr-0123456789abcdef0",
  GroupId: GROUP,
  GroupOwnerId: ACCOUNT,
  IsEgress: false,
  IpProtocol: "tcp",
  FromPort: 22,
  ToPort: 22,
  Tags: [],
  ...more,
});

/** What AWS answers about the group that holds `rules`. */
export const aGroup = (rules: readonly JsonObject[], tags: readonly JsonObject[] = []) => ({
  DescribeSecurityGroups: {
    SecurityGroups: [{ GroupId: GROUP, GroupName: "web", OwnerId: ACCOUNT, VpcId: "vpc-0a1b2c3d", Tags: tags }],
  },
  DescribeSecurityGroupRules: { SecurityGroupRules: rules },
});
