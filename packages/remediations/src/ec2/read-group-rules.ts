import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, resourceGone, unsupported } from "../ask.ts";
import { type Tags, tagsSchema } from "../values.ts";
import { type Direction, type Rule, ruleOf } from "./group-rule.ts";
import { listAll } from "./list-all.ts";
import { worldCidr } from "./world-cidr.ts";

const GROUP_GONE = ["InvalidGroup.NotFound", "InvalidGroupId.NotFound"];

const groupsSchema = z.object({ SecurityGroups: z.array(z.object({ OwnerId: z.string(), Tags: tagsSchema })) });

/** The group's tags; refuses a group that another account owns and shares with this one. */
export async function groupTags(aws: AwsCall, { account, resource }: RemediationTarget): Promise<Asked<Tags>> {
  const { id } = resource;
  const request = { service: "ec2", operation: "DescribeSecurityGroups", input: { GroupIds: [id] } } as const;
  const answer = await ask(aws, request, { answer: groupsSchema, gone: GROUP_GONE });
  if (!answer.ok) return answer;
  const group = answer.value.SecurityGroups[0];
  if (group === undefined) return resourceGone(`security group ${id} is not there any more`);
  if (group.OwnerId !== account) return unsupported(`security group ${id} belongs to another account than ${account}`);
  return ok(group.Tags);
}

const pageSchema = z.object({
  SecurityGroupRules: z.array(
    z.object({
      IsEgress: z.boolean(),
      IpProtocol: z.string(),
      FromPort: z.number().optional(),
      ToPort: z.number().optional(),
      CidrIpv4: z.string().optional(),
      CidrIpv6: z.string().optional(),
      Description: z.string().optional(),
      Tags: tagsSchema,
    }),
  ),
});
type Listed = z.infer<typeof pageSchema>["SecurityGroupRules"][number];

/** A rule of a group, or null for one that names a prefix list or another group in place of a block. */
export type ListedRule = { readonly direction: Direction; readonly rule: Rule | null };

/** All rules of a group, page by page. */
export async function groupRules(aws: AwsCall, group: string): Promise<Asked<readonly ListedRule[]>> {
  const input = { Filters: [{ Name: "group-id", Values: [group] }] };
  const operation = "DescribeSecurityGroupRules";
  const pages = await listAll(aws, { operation, input, page: pageSchema, gone: GROUP_GONE });
  return pages.ok ? ok(pages.value.flatMap(({ SecurityGroupRules }) => SecurityGroupRules.map(listed))) : pages;
}

function listed(of: Listed): ListedRule {
  const { IpProtocol: protocol, FromPort: from, ToPort: to, Tags: tags, Description } = of;
  const cidr = of.CidrIpv4 ?? of.CidrIpv6;
  // AWS gives an empty description where there is none, and takes none that is empty.
  const description = Description === undefined || Description === "" ? null : Description;
  const rule = cidr === undefined ? null : ruleOf({ protocol, from, to, cidr, description, tags });
  return { direction: of.IsEgress ? "Egress" : "Ingress", rule };
}

/** What a group lets in from the internet. */
export async function worldIngress(aws: AwsCall, group: string): Promise<Asked<readonly Rule[]>> {
  const rules = await groupRules(aws, group);
  if (!rules.ok) return rules;
  return ok(
    rules.value.flatMap(({ direction, rule }) =>
      direction === "Ingress" && rule !== null && worldCidr(rule.cidr) !== undefined ? [rule] : [],
    ),
  );
}
