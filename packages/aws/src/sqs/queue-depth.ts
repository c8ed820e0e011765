import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type CallDeps, callAws } from "../call-aws.ts";

/** About how many messages wait in a queue or are being handled. */
export async function queueDepth(d: CallDeps & { readonly client: SQSClient; readonly queueUrl: string }) {
  const command = new GetQueueAttributesCommand({
    QueueUrl: d.queueUrl,
    AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
  });
  const { Attributes: told = {} } = await callAws(d, {
    service: "SQS",
    family: "aws",
    isRepeatable: true,
    send: (abortSignal) => d.client.send(command, { abortSignal }),
  });
  return Number(told.ApproximateNumberOfMessages ?? 0) + Number(told.ApproximateNumberOfMessagesNotVisible ?? 0);
}
