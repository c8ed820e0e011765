import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListResourceTagsCommand,
} from "@aws-sdk/client-kms";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new KMSClient(settings),
  commands: {
    CancelKeyDeletion: CancelKeyDeletionCommand,
    DescribeKey: DescribeKeyCommand,
    DisableKeyRotation: DisableKeyRotationCommand,
    EnableKey: EnableKeyCommand,
    EnableKeyRotation: EnableKeyRotationCommand,
    GetKeyRotationStatus: GetKeyRotationStatusCommand,
    ListResourceTags: ListResourceTagsCommand,
  },
});
