import {
  CreateDetectorCommand,
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from "@aws-sdk/client-guardduty";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new GuardDutyClient(settings),
  commands: {
    CreateDetector: CreateDetectorCommand,
    GetDetector: GetDetectorCommand,
    ListDetectors: ListDetectorsCommand,
    UpdateDetector: UpdateDetectorCommand,
  },
});
