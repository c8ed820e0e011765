import { accessAnalyzerFinding } from "./access-analyzer/finding.ts";
import { rootUsed } from "./account/root-used.ts";
import { backupJobFailed } from "./backup/job-failed.ts";
import { loggingStopped } from "./cloudtrail/logging-stopped.ts";
import { trailNarrowed } from "./cloudtrail/trail-narrowed.ts";
import { alarm } from "./cloudwatch/alarm.ts";
import { ruleNoncompliant } from "./config/rule-noncompliant.ts";
import type { Detection } from "./define-detection.ts";
import { flowLogsDeleted } from "./ec2/flow-logs-deleted.ts";
import { imageShared } from "./ec2/image-shared.ts";
import { securityGroupOpenedToWorld } from "./ec2/security-group-opened-to-world.ts";
import { snapshotShared } from "./ec2/snapshot-shared.ts";
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
import { databaseSnapshotShared } from "./rds/snapshot-shared.ts";
import { queryLoggingRemoved } from "./route53resolver/query-logging-removed.ts";
import { accountPublicAccessBlockWeakened } from "./s3/account-public-access-block-weakened.ts";
import { aclMadePublic } from "./s3/acl-made-public.ts";
import { bucketPolicyMadePublic } from "./s3/bucket-policy-made-public.ts";
import { publicAccessBlockWeakened } from "./s3/public-access-block-weakened.ts";
import { securityHubFinding } from "./securityhub/finding.ts";
import { securityHubFindingV2 } from "./securityhub/finding-v2.ts";
import { consoleSignInWithoutMfa } from "./signin/console-sign-in-without-mfa.ts";
import { rootSignedIn } from "./signin/root-signed-in.ts";
import { federationTokenCreated } from "./sts/federation-token-created.ts";

/** Every detection, in the order of their ids. */
export const detections: readonly Detection[] = [
  accessAnalyzerFinding,
  rootUsed,
  backupJobFailed,
  loggingStopped,
  trailNarrowed,
  alarm,
  ruleNoncompliant,
  flowLogsDeleted,
  imageShared,
  securityGroupOpenedToWorld,
  snapshotShared,
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
  databaseSnapshotShared,
  queryLoggingRemoved,
  accountPublicAccessBlockWeakened,
  aclMadePublic,
  bucketPolicyMadePublic,
  publicAccessBlockWeakened,
  securityHubFinding,
  securityHubFindingV2,
  consoleSignInWithoutMfa,
  rootSignedIn,
  federationTokenCreated,
];
