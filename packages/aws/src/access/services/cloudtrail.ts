import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new CloudTrailClient(settings),
  commands: {
    DescribeTrails: DescribeTrailsCommand,
    GetTrailStatus: GetTrailStatusCommand,
    GetEventSelectors: GetEventSelectorsCommand,
    PutEventSelectors: PutEventSelectorsCommand,
    StartLogging: StartLoggingCommand,
    StopLogging: StopLoggingCommand,
    UpdateTrail: UpdateTrailCommand,
    ListTags: ListTagsCommand,
  },
});
