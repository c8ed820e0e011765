/**
 * Why IAM cannot decide about an action by a tag of the resource (`aws:ResourceTag`), by action; of a service, by the
 * prefix that ends in `*`. Every other action that remediations take can be allowed and denied by it.
 * Source: Service Authorization Reference, "Resource types" and "Condition keys" of each service.
 */
const WITHOUT: readonly (readonly [action: string, why: string])[] = [
  ["s3:PutAccountPublicAccessBlock", "it is about the account, which has no tags here"],
  ["s3:*", "only for buckets in which attribute-based access control was switched on"],
  ["ec2:EnableEbsEncryptionByDefault", "it is about the account, which has no tags here"],
  ["ec2:DisableEbsEncryptionByDefault", "it is about the account, which has no tags here"],
  ["iam:UpdateAccountPasswordPolicy", "it is about the account, which has no tags here"],
  ["iam:DeleteAccountPasswordPolicy", "it is about the account, which has no tags here"],
  ["iam:PutGroupPolicy", "groups have no tags"],
  ["iam:DeleteGroupPolicy", "groups have no tags"],
  ["iam:AttachGroupPolicy", "groups have no tags"],
  ["iam:DetachGroupPolicy", "groups have no tags"],
  ["iam:CreateServiceLinkedRole", "the role is not there yet"],
  ["guardduty:CreateDetector", "the detector is not there yet"],
];

/** Why a deny by the resource's tag does not reach `action`; undefined where it does. */
export const withoutResourceTag = (action: string): string | undefined =>
  WITHOUT.find(([of]) => (of.endsWith("*") ? action.startsWith(of.slice(0, -1)) : action === of))?.[1];
