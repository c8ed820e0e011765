import {
  ConfigServiceClient,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
  StartConfigurationRecorderCommand,
  StopConfigurationRecorderCommand,
} from "@aws-sdk/client-config-service";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new ConfigServiceClient(settings),
  commands: {
    DescribeConfigurationRecorders: DescribeConfigurationRecordersCommand,
    DescribeConfigurationRecorderStatus: DescribeConfigurationRecorderStatusCommand,
    StartConfigurationRecorder: StartConfigurationRecorderCommand,
    StopConfigurationRecorder: StopConfigurationRecorderCommand,
  },
});
