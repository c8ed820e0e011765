import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new S3ControlClient(settings),
  commands: {
    DeletePublicAccessBlock: DeletePublicAccessBlockCommand,
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
    PutPublicAccessBlock: PutPublicAccessBlockCommand,
  },
});
