import {
  DeleteBucketEncryptionCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new S3Client(settings),
  commands: {
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
    PutPublicAccessBlock: PutPublicAccessBlockCommand,
    DeletePublicAccessBlock: DeletePublicAccessBlockCommand,
    GetBucketPolicy: GetBucketPolicyCommand,
    PutBucketPolicy: PutBucketPolicyCommand,
    DeleteBucketPolicy: DeleteBucketPolicyCommand,
    GetBucketEncryption: GetBucketEncryptionCommand,
    PutBucketEncryption: PutBucketEncryptionCommand,
    DeleteBucketEncryption: DeleteBucketEncryptionCommand,
    GetBucketTagging: GetBucketTaggingCommand,
  },
});
