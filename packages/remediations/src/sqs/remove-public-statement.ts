import type { AwsRequest } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, type Answers, failure, malformed, REGION, targetOf } from "../cases/case.ts";
import { policyCases } from "../cases/policy-cases.ts";
import { defineRemediation } from "../define-remediation.ts";
import { nameIn, nameOrArn } from "../id-form.ts";
import {
  type PolicyCalls,
  policyGiven,
  policyIn,
  policyStateSchema,
  policyText,
  policyUndo,
  publicRemoval,
} from "../policy.ts";

/** A queue is called by its URL, which AWS alone makes. */
const stateSchema = policyStateSchema.extend({ queueUrl: z.string().min(1) });

function callsFor(target: RemediationTarget, queueUrl: string): PolicyCalls {
  const set = (Policy: string): AwsRequest => ({
    service: "sqs",
    operation: "SetQueueAttributes",
    input: { QueueUrl: queueUrl, Attributes: { Policy } },
  });
  return {
    subject: `queue ${nameIn(target.resource.id)}`,
    put: (document) => set(policyText(document)),
    remove: () => set(""),
  };
}

/** SQS names one failure differently by the protocol of the call. */
const GONE = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

const URL = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/orders`;
const orders = targetOf("AWS::SQS::Queue", "orders", { arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:orders` });
const calls = callsFor(orders, URL);
const answers = (policy: string | null): Answers => ({
  GetQueueUrl: { QueueUrl: URL },
  GetQueueAttributes: policy === null ? {} : { Attributes: { Policy: policy } },
  ListQueueTags: {},
});

export const removePublicQueueStatement = defineRemediation({
  id: "sqs.remove-public-statement",
  title: "Remove what a queue's policy allows to everyone",
  description:
    "Takes the statements that let everyone in out of the queue's policy; where one also names somebody, only everyone goes. All other statements stay as they are written. A queue whose policy let in nobody else is left without one: its own account still reaches it.",
  controls: { fsbp: ["SQS.3"] },
  risk: "medium",
  resources: {
    "AWS::SQS::Queue": nameOrArn({
      name: "[A-Za-z0-9_-]{1,80}(?:\\.fifo)?",
      arn: "sqs:REGION:ACCOUNT:",
      expected: "a queue name",
    }),
  },
  permissions: {
    read: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    write: ["sqs:SetQueueAttributes"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const { account, resource } = target;
    const named = await ask(
      aws,
      {
        service: "sqs",
        operation: "GetQueueUrl",
        input: { QueueName: nameIn(resource.id), QueueOwnerAWSAccountId: account },
      },
      { answer: z.object({ QueueUrl: z.string().min(1) }), gone: GONE },
    );
    if (!named.ok) return named;
    const { QueueUrl: queueUrl } = named.value;
    const text = await ask(
      aws,
      {
        service: "sqs",
        operation: "GetQueueAttributes",
        input: { QueueUrl: queueUrl, AttributeNames: ["Policy"] },
      },
      { answer: z.object({ Attributes: z.object({ Policy: z.string().optional() }).optional() }), gone: GONE },
    );
    if (!text.ok) return text;
    const policy = policyIn(text.value.Attributes?.Policy, "sqs:SetQueueAttributes");
    if (!policy.ok) return policy;
    const tags = await ask(
      aws,
      { service: "sqs", operation: "ListQueueTags", input: { QueueUrl: queueUrl } },
      { answer: z.object({ Tags: z.record(z.string(), z.string()).optional() }), gone: GONE },
    );
    return tags.ok ? ok({ state: { queueUrl, policy: policy.value }, tags: tags.value.Tags ?? {} }) : tags;
  },
  change: (state, target) => publicRemoval(state, callsFor(target, state.queueUrl)),
  undo: ({ before, current, target }) => policyUndo(before, current, callsFor(target, before.queueUrl)),
  model: {
    simulate: (state, { input }) => {
      const set = z.object({ Attributes: z.object({ Policy: z.string() }) }).parse(input);
      return { ...state, policy: policyGiven(set.Attributes.Policy) };
    },
  },
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-3",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
  ],
  cases: [
    ...policyCases({
      target: orders,
      answers,
      put: calls.put,
      emptied: { call: calls.remove(), policy: null },
      action: "SQS:SendMessage",
      resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`,
      setAction: "SQS:SetQueueAttributes",
    }),
    malformed("the queue is gone", {
      target: orders,
      answers: { GetQueueUrl: failure("QueueDoesNotExist") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
