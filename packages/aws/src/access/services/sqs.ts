import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new SQSClient(settings),
  commands: {
    GetQueueAttributes: GetQueueAttributesCommand,
    GetQueueUrl: GetQueueUrlCommand,
    ListQueueTags: ListQueueTagsCommand,
    SetQueueAttributes: SetQueueAttributesCommand,
  },
});
