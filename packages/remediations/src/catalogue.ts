import { restartLogging } from "./cloudtrail/restart-logging.ts";
import { validateLogFiles } from "./cloudtrail/validate-log-files.ts";
import { startRecorder } from "./config/start-recorder.ts";
import type { DefinedRemediation } from "./define-remediation.ts";
import { ec2Remediations } from "./ec2/ec2-remediations.ts";
import { removePublicRepositoryStatement } from "./ecr/remove-public-statement.ts";
import { enableGuardDuty } from "./guardduty/enable.ts";
import { iamRemediations } from "./iam/iam-remediations.ts";
import { cancelKeyDeletion } from "./kms/cancel-deletion.ts";
import { enableKeyRotation } from "./kms/enable-rotation.ts";
import { removePublicPermission } from "./lambda/remove-public-permission.ts";
import { requireUrlSignIn } from "./lambda/require-url-sign-in.ts";
import { rdsRemediations } from "./rds/rds-remediations.ts";
import { blockPublicAccess } from "./s3/block-public-access.ts";
import { blockPublicAccessAccount } from "./s3/block-public-access-account.ts";
import { encryptBucketByDefault } from "./s3/encrypt-by-default.ts";
import { removePublicBucketStatement } from "./s3/remove-public-statement.ts";
import { requireBucketTls } from "./s3/require-tls.ts";
import { removePublicTopicStatement } from "./sns/remove-public-statement.ts";
import { removePublicQueueStatement } from "./sqs/remove-public-statement.ts";

/** Every remediation, in the order of their ids. */
export const remediations: readonly DefinedRemediation[] = [
  restartLogging,
  validateLogFiles,
  startRecorder,
  ...ec2Remediations,
  removePublicRepositoryStatement,
  enableGuardDuty,
  ...iamRemediations,
  cancelKeyDeletion,
  enableKeyRotation,
  removePublicPermission,
  requireUrlSignIn,
  ...rdsRemediations,
  blockPublicAccess,
  blockPublicAccessAccount,
  encryptBucketByDefault,
  removePublicBucketStatement,
  requireBucketTls,
  removePublicTopicStatement,
  removePublicQueueStatement,
];

const byId: ReadonlyMap<string, DefinedRemediation> = new Map(remediations.map((each) => [each.id, each]));

export const remediation = (id: string): DefinedRemediation | undefined => byId.get(id);
