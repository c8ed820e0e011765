import {
  CloudTrailClient,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new CloudTrailClient(settings),
  commands: {
    GetTrail: GetTrailCommand,
    GetTrailStatus: GetTrailStatusCommand,
    ListTags: ListTagsCommand,
    StartLogging: StartLoggingCommand,
    StopLogging: StopLoggingCommand,
    UpdateTrail: UpdateTrailCommand,
  },
});
