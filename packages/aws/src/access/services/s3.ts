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
    DeleteBucketEncryption: DeleteBucketEncryptionCommand,
    DeleteBucketPolicy: DeleteBucketPolicyCommand,
    DeletePublicAccessBlock: DeletePublicAccessBlockCommand,
    GetBucketEncryption: GetBucketEncryptionCommand,
    GetBucketPolicy: GetBucketPolicyCommand,
    GetBucketTagging: GetBucketTaggingCommand,
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
    PutBucketEncryption: PutBucketEncryptionCommand,
    PutBucketPolicy: PutBucketPolicyCommand,
    PutPublicAccessBlock: PutPublicAccessBlockCommand,
  },
});
