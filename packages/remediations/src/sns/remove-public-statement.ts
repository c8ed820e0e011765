import type { AwsRequest } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, type Answers, failure, malformed, REGION, targetOf } from "../cases/case.ts";
import { policyCases } from "../cases/policy-cases.ts";
import { defineRemediation } from "../define-remediation.ts";
import { nameIn, nameOrArn } from "../id-form.ts";
import { type PolicyCalls, policyGiven, policyIn, policyText, publicRemovalBy } from "../policy.ts";
import { tagsSchema } from "../values.ts";

const topicArn = ({ partition, region, account, resource }: RemediationTarget): string =>
  `arn:${partition}:sns:${region}:${account}:${nameIn(resource.id)}`;

/** What SNS itself gives a new topic: everything to the account that owns it (SNS Developer Guide, default policy). */
const ownerPolicy = (target: RemediationTarget): JsonObject => ({
  Version: "2008-10-17",
  Id: "__default_policy_ID",
  Statement: [
    {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
      ],
      Resource: topicArn(target),
      Condition: { StringEquals: { "AWS:SourceOwner": target.account } },
    },
  ],
});

function callsFor(target: RemediationTarget): PolicyCalls {
  const put = (document: JsonObject): AwsRequest => ({
    service: "sns",
    operation: "SetTopicAttributes",
    input: { TopicArn: topicArn(target), AttributeName: "Policy", AttributeValue: policyText(document) },
  });
  const leastPolicy = ownerPolicy(target);
  return { subject: `topic ${nameIn(target.resource.id)}`, put, remove: () => put(leastPolicy), leastPolicy };
}

const ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const alerts = targetOf("AWS::SNS::Topic", "alerts", { arn: ARN });
const calls = callsFor(alerts);
const answers = (policy: string | null): Answers => ({
  GetTopicAttributes: { Attributes: { TopicArn: ARN, Owner: ACCOUNT, ...(policy === null ? {} : { Policy: policy }) } },
  ListTagsForResource: { Tags: [] },
});

export const removePublicTopicStatement = defineRemediation({
  id: "sns.remove-public-statement",
  title: "Remove what a topic's policy allows to everyone",
  description:
    "Takes the statements that let everyone in out of the topic's policy; where one also names somebody, only everyone goes. All other statements stay as they are written. A topic whose policy let in nobody else gets the policy of a new one, for its own account.",
  controls: { fsbp: ["SNS.4"] },
  risk: "medium",
  resources: {
    "AWS::SNS::Topic": nameOrArn({
      name: "[A-Za-z0-9_-]{1,256}(?:\\.fifo)?",
      arn: "sns:REGION:ACCOUNT:",
      expected: "a topic name",
    }),
  },
  permissions: { read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"], write: ["sns:SetTopicAttributes"] },
  ...publicRemovalBy(callsFor),
  read: async (aws, target) => {
    const gone = ["NotFound", "NotFoundException"];
    const text = await ask(
      aws,
      { service: "sns", operation: "GetTopicAttributes", input: { TopicArn: topicArn(target) } },
      { answer: z.object({ Attributes: z.object({ Policy: z.string().optional() }) }), gone },
    );
    if (!text.ok) return text;
    const policy = policyIn(text.value.Attributes.Policy, "sns:SetTopicAttributes");
    if (!policy.ok) return policy;
    const tags = await ask(
      aws,
      { service: "sns", operation: "ListTagsForResource", input: { ResourceArn: topicArn(target) } },
      { answer: z.object({ Tags: tagsSchema }), gone },
    );
    return tags.ok ? ok({ state: { policy: policy.value }, tags: tags.value.Tags }) : tags;
  },
  model: { simulate: (_, { input }) => ({ policy: policyGiven(input["AttributeValue"]) }) },
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-4",
    "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
  ],
  cases: [
    ...policyCases({
      target: alerts,
      answers,
      put: calls.put,
      emptied: { call: calls.remove(), policy: ownerPolicy(alerts) },
      action: "SNS:Publish",
      resource: ARN,
      setAction: "SNS:SetTopicAttributes",
    }),
    malformed("the topic is gone", {
      target: alerts,
      answers: { GetTopicAttributes: failure("NotFoundException") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
