import { accessAnalyzerFinding } from "./access-analyzer/finding.ts";
import { rootUsed } from "./account/root-used.ts";
import { backupJobFailed } from "./backup/job-failed.ts";
import { modelAccessRequested } from "./bedrock/model-access-requested.ts";
import { loggingStopped } from "./cloudtrail/logging-stopped.ts";
import { trailNarrowed } from "./cloudtrail/trail-narrowed.ts";
import { alarm } from "./cloudwatch/alarm.ts";
import { recorderStopped } from "./config/recorder-stopped.ts";
import { ruleNoncompliant } from "./config/rule-noncompliant.ts";
import type { Detection } from "./define-detection.ts";
import { acceleratedInstancesRequested } from "./ec2/accelerated-instances-requested.ts";
import { flowLogsDeleted } from "./ec2/flow-logs-deleted.ts";
import { imageShared } from "./ec2/image-shared.ts";
import { passwordDataRead } from "./ec2/password-data-read.ts";
import { securityGroupOpenedToWorld } from "./ec2/security-group-opened-to-world.ts";
import { serialConsoleEnabled } from "./ec2/serial-console-enabled.ts";
import { snapshotShared } from "./ec2/snapshot-shared.ts";
import { userDataChanged } from "./ec2/user-data-changed.ts";
import { userDataReadRefused } from "./ec2/user-data-read-refused.ts";
import { sshKeyPushed } from "./ec2-instance-connect/ssh-key-pushed.ts";
import { breakGlassUsed } from "./ephor/break-glass-used.ts";
import { configurationRefused } from "./ephor/configuration-refused.ts";
import { detectorDisabled } from "./guardduty/detector-disabled.ts";
import { guardDutyFinding } from "./guardduty/finding.ts";
import { healthEvent } from "./health/event.ts";
import { accessKeyForAnotherUser } from "./iam/access-key-for-another-user.ts";
import { adminPolicyAttached } from "./iam/admin-policy-attached.ts";
import { loginProfileForAnotherUser } from "./iam/login-profile-for-another-user.ts";
import { mfaDeviceRemoved } from "./iam/mfa-device-removed.ts";
import { policyGrantsAdmin } from "./iam/policy-grants-admin.ts";
import { roleTrustsOutsiders } from "./iam/role-trusts-outsiders.ts";
import { rootAccessKeyCreated } from "./iam/root-access-key-created.ts";
import { inspectorFinding } from "./inspector2/finding.ts";
import { keyDeletionScheduled } from "./kms/key-deletion-scheduled.ts";
import { codeChangedByUser } from "./lambda/code-changed-by-user.ts";
import { functionOpened } from "./lambda/function-opened.ts";
import { functionUrlWithoutSignIn } from "./lambda/function-url-without-sign-in.ts";
import { macieFinding } from "./macie/finding.ts";
import { organizationLeft } from "./organizations/organization-left.ts";
import { databaseMadePublic } from "./rds/instance-made-public.ts";
import { databaseSnapshotShared } from "./rds/snapshot-shared.ts";
import { trustAnchorCreated } from "./rolesanywhere/trust-anchor-created.ts";
import { queryLoggingRemoved } from "./route53resolver/query-logging-removed.ts";
import { accountPublicAccessBlockWeakened } from "./s3/account-public-access-block-weakened.ts";
import { aclMadePublic } from "./s3/acl-made-public.ts";
import { bucketPolicyMadePublic } from "./s3/bucket-policy-made-public.ts";
import { publicAccessBlockWeakened } from "./s3/public-access-block-weakened.ts";
import { versioningSuspended } from "./s3/versioning-suspended.ts";
import { secretReadByUser } from "./secretsmanager/secret-read-by-user.ts";
import { secretsReadInBulk } from "./secretsmanager/secrets-read-in-bulk.ts";
import { securityHubDisabled } from "./securityhub/disabled.ts";
import { securityHubFinding } from "./securityhub/finding.ts";
import { securityHubFindingV2 } from "./securityhub/finding-v2.ts";
import { consoleSignInWithoutMfa } from "./signin/console-sign-in-without-mfa.ts";
import { rootSignedIn } from "./signin/root-signed-in.ts";
import { parametersDecryptedInBulk } from "./ssm/parameters-decrypted-in-bulk.ts";
import { sessionStarted } from "./ssm/session-started.ts";
import { shellCommandSent } from "./ssm/shell-command-sent.ts";
import { federationTokenCreated } from "./sts/federation-token-created.ts";

/** Every detection, in the order of their ids. */
export const detections: readonly Detection[] = [
  accessAnalyzerFinding,
  rootUsed,
  backupJobFailed,
  modelAccessRequested,
  loggingStopped,
  trailNarrowed,
  alarm,
  recorderStopped,
  ruleNoncompliant,
  sshKeyPushed,
  acceleratedInstancesRequested,
  flowLogsDeleted,
  imageShared,
  passwordDataRead,
  securityGroupOpenedToWorld,
  serialConsoleEnabled,
  snapshotShared,
  userDataChanged,
  userDataReadRefused,
  breakGlassUsed,
  configurationRefused,
  detectorDisabled,
  guardDutyFinding,
  healthEvent,
  accessKeyForAnotherUser,
  adminPolicyAttached,
  loginProfileForAnotherUser,
  mfaDeviceRemoved,
  policyGrantsAdmin,
  roleTrustsOutsiders,
  rootAccessKeyCreated,
  inspectorFinding,
  keyDeletionScheduled,
  codeChangedByUser,
  functionOpened,
  functionUrlWithoutSignIn,
  macieFinding,
  organizationLeft,
  databaseMadePublic,
  databaseSnapshotShared,
  trustAnchorCreated,
  queryLoggingRemoved,
  accountPublicAccessBlockWeakened,
  aclMadePublic,
  bucketPolicyMadePublic,
  publicAccessBlockWeakened,
  versioningSuspended,
  secretReadByUser,
  secretsReadInBulk,
  securityHubDisabled,
  securityHubFinding,
  securityHubFindingV2,
  consoleSignInWithoutMfa,
  rootSignedIn,
  parametersDecryptedInBulk,
  sessionStarted,
  shellCommandSent,
  federationTokenCreated,
];
