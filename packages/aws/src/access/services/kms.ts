import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new KMSClient(settings),
  commands: {
    DescribeKey: DescribeKeyCommand,
    GetKeyRotationStatus: GetKeyRotationStatusCommand,
    EnableKeyRotation: EnableKeyRotationCommand,
    DisableKeyRotation: DisableKeyRotationCommand,
    CancelKeyDeletion: CancelKeyDeletionCommand,
  },
});
