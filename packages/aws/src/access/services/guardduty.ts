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
    ListDetectors: ListDetectorsCommand,
    GetDetector: GetDetectorCommand,
    CreateDetector: CreateDetectorCommand,
    UpdateDetector: UpdateDetectorCommand,
  },
});
