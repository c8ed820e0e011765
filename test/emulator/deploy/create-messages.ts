import { CreateLogGroupCommand, PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateTopicCommand, SetTopicAttributesCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { answered, asIs, type Create, type Inputs, pascal, text } from "./creation.ts";

/** Of a queue, what CreateQueue takes as attributes, each as text. */
const QUEUE_ATTRIBUTES: Readonly<Record<string, string>> = {
  kmsMasterKeyId: "KmsMasterKeyId",
  messageRetentionSeconds: "MessageRetentionPeriod",
  redrivePolicy: "RedrivePolicy",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

const attributesOf = (inputs: Inputs): Record<string, string> =>
  Object.fromEntries(
    Object.entries(QUEUE_ATTRIBUTES).flatMap(([ours, theirs]) =>
      inputs[ours] === undefined ? [] : [[theirs, String(inputs[ours])]],
    ),
  );

/** Queues, topics and log groups. */
export const MESSAGES: Readonly<Record<string, Create>> = {
  "aws:sqs/queue:Queue": async ({ sqs }, inputs) => {
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: text(inputs, "name"), Attributes: attributesOf(inputs) }),
    );
    const url = answered(QueueUrl, "queue URL");
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
    );
    return { url, arn: answered(Attributes?.["QueueArn"], "queue ARN") };
  },
  "aws:sqs/queuePolicy:QueuePolicy": async ({ sqs }, inputs) => {
    const Attributes = { Policy: text(inputs, "policy") };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: text(inputs, "queueUrl"), Attributes }));
    return {};
  },
  "aws:sns/topic:Topic": async ({ sns }, inputs) => {
    const Attributes = attributesOf(inputs);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: text(inputs, "name"), Attributes }));
    return { arn: answered(TopicArn, "topic ARN") };
  },
  "aws:sns/topicPolicy:TopicPolicy": async ({ sns }, inputs) => {
    const TopicArn = text(inputs, "arn");
    const AttributeValue = text(inputs, "policy");
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue }));
    return {};
  },
  "aws:sns/topicSubscription:TopicSubscription": async ({ sns }, inputs) => {
    await sns.send(
      new SubscribeCommand({
        TopicArn: text(inputs, "topic"),
        Protocol: text(inputs, "protocol"),
        Endpoint: text(inputs, "endpoint"),
      }),
    );
    return {};
  },
  "aws:cloudwatch/logGroup:LogGroup": async ({ logs }, inputs) => {
    const logGroupName = text(inputs, "name");
    await logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId: asIs(inputs["kmsKeyId"]) }));
    await logs.send(
      new PutRetentionPolicyCommand({ logGroupName, retentionInDays: pascal<number>(inputs["retentionInDays"]) }),
    );
    return {};
  },
};
