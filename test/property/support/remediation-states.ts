import type { JsonObject } from "@ephor/domain/json";
import type { DefinedRemediation } from "@ephor/remediations/define-remediation";
import type fc from "fast-check";
import { anyState } from "./any-of-schema.ts";
import { anyIsolation, anyRules, anyShared } from "./ec2-states.ts";
import {
  anyAdminPolicies,
  anyPasswordPolicy,
  anyQuarantine,
  anyRevocation,
  anyUnusedCredentials,
} from "./iam-states.ts";
import { anyPermissions } from "./lambda-states.ts";
import { anyPolicyState, anyQueueState } from "./policy-states.ts";

/** States by remediation where its schema alone would seldom make one that matters. */
const STATES: Readonly<Record<string, fc.Arbitrary<JsonObject>>> = {
  "ec2.close-admin-ports": anyRules,
  "ec2.isolate-instance": anyIsolation,
  "ec2.revoke-open-ingress": anyRules,
  "ec2.unshare-image": anyShared,
  "ec2.unshare-snapshot": anyShared,
  "iam.detach-admin-policy": anyAdminPolicies,
  "iam.disable-unused-credentials": anyUnusedCredentials,
  "iam.password-policy": anyPasswordPolicy,
  "iam.quarantine": anyQuarantine,
  "iam.revoke-role-sessions": anyRevocation,
  "rds.unshare-snapshot": anyShared,
  "ecr.remove-public-statement": anyPolicyState,
  "lambda.remove-public-permission": anyPermissions,
  "s3.remove-public-statement": anyPolicyState,
  "s3.require-tls": anyPolicyState,
  "sns.remove-public-statement": anyPolicyState,
  "sqs.remove-public-statement": anyQueueState,
};

export const statesOf = ({ id, state }: DefinedRemediation): fc.Arbitrary<JsonObject> => STATES[id] ?? anyState(state);
