import {
  ConfigServiceClient,
  DescribeConfigurationRecorderStatusCommand,
  DescribeDeliveryChannelsCommand,
  StartConfigurationRecorderCommand,
  StopConfigurationRecorderCommand,
} from "@aws-sdk/client-config-service";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new ConfigServiceClient(settings),
  commands: {
    DescribeConfigurationRecorderStatus: DescribeConfigurationRecorderStatusCommand,
    DescribeDeliveryChannels: DescribeDeliveryChannelsCommand,
    StartConfigurationRecorder: StartConfigurationRecorderCommand,
    StopConfigurationRecorder: StopConfigurationRecorderCommand,
  },
});
