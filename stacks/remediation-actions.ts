/** What the actions of one service may be allowed on, by what the Service Authorization Reference says of each. */
export type ServiceActions = {
  readonly page: string;
  /** No resource-level permission: allowed on every resource, as there is no other way. */
  readonly unscoped?: readonly string[];
  /** By the rest of the ARN after the partition: any of the account's. What has no account in its ARN is held to it otherwise. */
  readonly scoped?: Readonly<Record<string, readonly string[]>>;
  /** False where no tag of the resource can refuse an action: no `aws:ResourceTag`. */
  readonly hasResourceTag: boolean;
};

const page = (service: string): string =>
  `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${service}.html`;

/** Every action that a remediation may use; one that is not here is refused before anything is deployed. */
export const REMEDIATION_ACTIONS: Readonly<Record<string, ServiceActions>> = {
  cloudtrail: {
    page: page("awscloudtrail"),
    hasResourceTag: true,
    unscoped: ["DescribeTrails"],
    scoped: {
      "cloudtrail:*:{account}:trail/*": [
        ...["GetTrailStatus", "GetEventSelectors", "PutEventSelectors", "StartLogging", "StopLogging", "UpdateTrail"],
        ...["GetTrail", "ListTags"],
      ],
    },
  },
  config: {
    page: page("awsconfig"),
    hasResourceTag: false,
    unscoped: [
      ...["DescribeConfigurationRecorders", "DescribeConfigurationRecorderStatus", "DescribeDeliveryChannels"],
      ...["StartConfigurationRecorder", "StopConfigurationRecorder"],
    ],
  },
  ec2: {
    page: page("amazonec2"),
    hasResourceTag: true,
    unscoped: [
      ...["DescribeImageAttribute", "DescribeImages", "DescribeInstances", "DescribeSecurityGroupRules"],
      ...[
        "DescribeSecurityGroups",
        "DescribeSnapshotAttribute",
        "DescribeSnapshots",
        "DescribeSubnets",
        "DescribeVpcs",
      ],
      ...["GetEbsEncryptionByDefault", "EnableEbsEncryptionByDefault", "DisableEbsEncryptionByDefault"],
    ],
    scoped: {
      "ec2:*:{account}:security-group/*": [
        ...["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"],
        ...["RevokeSecurityGroupEgress", "AuthorizeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup"],
        ...["ModifyNetworkInterfaceAttribute", "CreateTags", "DeleteTags"],
      ],
      "ec2:*:{account}:security-group-rule/*": [
        ...["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"],
        ...["RevokeSecurityGroupEgress", "AuthorizeSecurityGroupEgress", "CreateTags"],
      ],
      "ec2:*:{account}:vpc/*": ["CreateSecurityGroup"],
      "ec2:*:{account}:volume/*": ["CreateSnapshots"],
      "ec2:*:{account}:network-interface/*": ["ModifyNetworkInterfaceAttribute"],
      "ec2:*:{account}:instance/*": [
        ...["ModifyInstanceMetadataOptions", "CreateSnapshots", "ModifyNetworkInterfaceAttribute"],
      ],
      "ec2:*::image/*": ["ModifyImageAttribute"],
      "ec2:*::snapshot/*": ["ModifySnapshotAttribute", "CreateSnapshots", "CreateTags", "DeleteTags"],
      "ec2:*:{account}:subnet/*": ["ModifySubnetAttribute"],
    },
  },
  ecr: {
    page: page("amazonelasticcontainerregistry"),
    hasResourceTag: true,
    scoped: {
      "ecr:*:{account}:repository/*": [
        ...["DescribeRepositories", "GetRepositoryPolicy", "SetRepositoryPolicy", "DeleteRepositoryPolicy"],
        "ListTagsForResource",
      ],
    },
  },
  guardduty: {
    page: page("amazonguardduty"),
    hasResourceTag: true,
    unscoped: ["ListDetectors", "CreateDetector"],
    scoped: { "guardduty:*:{account}:detector/*": ["GetDetector", "UpdateDetector"] },
  },
  iam: {
    page: page("awsidentityandaccessmanagement"),
    hasResourceTag: true,
    unscoped: ["GetAccountPasswordPolicy", "UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy"],
    scoped: {
      "iam::{account}:role/aws-service-role/guardduty.amazonaws.com/*": ["CreateServiceLinkedRole"],
      "iam::{account}:user/*": [
        ...["GetUser", "ListAccessKeys", "UpdateAccessKey", "GetAccessKeyLastUsed"],
        ...["GetLoginProfile", "DeleteLoginProfile", "ListAttachedUserPolicies", "ListUserPolicies", "GetUserPolicy"],
        ...["PutUserPolicy", "DeleteUserPolicy", "AttachUserPolicy", "DetachUserPolicy"],
      ],
      "iam::{account}:role/*": [
        ...["GetRole", "ListAttachedRolePolicies", "ListRolePolicies", "GetRolePolicy", "PutRolePolicy"],
        ...["DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy"],
      ],
      "iam::{account}:group/*": [
        ...["GetGroup", "ListAttachedGroupPolicies", "ListGroupPolicies", "GetGroupPolicy", "PutGroupPolicy"],
        ...["DeleteGroupPolicy", "AttachGroupPolicy", "DetachGroupPolicy"],
      ],
      "iam::{account}:policy/*": ["GetPolicyVersion", "GetPolicy"],
      // AWS's own policies.
      "iam::aws:policy/*": ["GetPolicyVersion", "GetPolicy"],
    },
  },
  kms: {
    page: page("awskeymanagementservice"),
    hasResourceTag: true,
    scoped: {
      "kms:*:{account}:key/*": [
        ...["DescribeKey", "GetKeyRotationStatus", "EnableKeyRotation", "DisableKeyRotation", "CancelKeyDeletion"],
        ...["ListResourceTags", "ScheduleKeyDeletion", "EnableKey", "DisableKey"],
      ],
    },
  },
  lambda: {
    page: page("awslambda"),
    hasResourceTag: true,
    scoped: {
      "lambda:*:{account}:function:*": [
        ...["GetPolicy", "AddPermission", "RemovePermission", "GetFunctionUrlConfig", "UpdateFunctionUrlConfig"],
        ...["GetFunction", "ListTags"],
      ],
    },
  },
  rds: {
    page: page("amazonrds"),
    hasResourceTag: true,
    scoped: {
      "rds:*:{account}:db:*": ["DescribeDBInstances", "ModifyDBInstance"],
      "rds:*:{account}:cluster:*": ["DescribeDBClusters", "ModifyDBCluster"],
      "rds:*:{account}:cluster-snapshot:*": [
        ...["DescribeDBClusterSnapshots", "DescribeDBClusterSnapshotAttributes", "ModifyDBClusterSnapshotAttribute"],
      ],
      "rds:*:{account}:snapshot:*": [
        "DescribeDBSnapshots",
        "DescribeDBSnapshotAttributes",
        "ModifyDBSnapshotAttribute",
      ],
    },
  },
  s3: {
    page: page("amazons3"),
    hasResourceTag: false,
    unscoped: ["GetAccountPublicAccessBlock", "PutAccountPublicAccessBlock"],
    scoped: {
      "s3:::*": [
        ...["GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock", "GetBucketPolicy", "PutBucketPolicy"],
        ...["DeleteBucketPolicy", "GetEncryptionConfiguration", "PutEncryptionConfiguration", "GetBucketTagging"],
      ],
    },
  },
  sns: {
    page: page("amazonsns"),
    hasResourceTag: true,
    scoped: { "sns:*:{account}:*": ["GetTopicAttributes", "SetTopicAttributes", "ListTagsForResource"] },
  },
  sqs: {
    page: page("amazonsqs"),
    hasResourceTag: true,
    scoped: { "sqs:*:{account}:*": ["GetQueueAttributes", "SetQueueAttributes", "ListQueueTags", "GetQueueUrl"] },
  },
};
