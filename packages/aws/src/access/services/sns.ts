import {
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new SNSClient(settings),
  commands: {
    GetTopicAttributes: GetTopicAttributesCommand,
    ListTagsForResource: ListTagsForResourceCommand,
    SetTopicAttributes: SetTopicAttributesCommand,
  },
});
