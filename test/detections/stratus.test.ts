import { isJsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { findingsIn, NOT_AT_HAND, recorded } from "./recorded-events.ts";

/** Which detections must catch each technique of Stratus Red Team (stratus-red-team.cloud), at least. */
const CAUGHT_BY: Readonly<Record<string, readonly string[]>> = {
  "credential-access.ec2-get-password-data": ["ec2.password-data-read"],
  "credential-access.ec2-steal-instance-credentials": ["ssm.shell-command-sent"],
  "credential-access.secretsmanager-batch-retrieve-secrets": ["secretsmanager.secrets-read-in-bulk"],
  "credential-access.secretsmanager-retrieve-secrets": ["secretsmanager.secret-read-by-user"],
  "credential-access.ssm-retrieve-securestring-parameters": ["ssm.parameters-decrypted-in-bulk"],
  "defense-evasion.cloudtrail-delete": ["cloudtrail.logging-stopped"],
  "defense-evasion.cloudtrail-event-selectors": ["cloudtrail.trail-narrowed"],
  "defense-evasion.cloudtrail-stop": ["cloudtrail.logging-stopped"],
  "defense-evasion.dns-delete-logs": ["route53resolver.query-logging-removed"],
  "defense-evasion.organizations-leave": ["organizations.organization-left"],
  "defense-evasion.vpc-remove-flow-logs": ["ec2.flow-logs-deleted"],
  "discovery.ec2-download-user-data": ["ec2.user-data-read-refused"],
  "execution.ec2-launch-unusual-instances": ["ec2.accelerated-instances-requested"],
  "execution.ec2-user-data": ["ec2.user-data-changed"],
  "execution.ssm-send-command": ["ssm.shell-command-sent"],
  "execution.ssm-start-session": ["ssm.session-started"],
  "exfiltration.ec2-security-group-open-port-22-ingress": ["ec2.security-group-opened-to-world"],
  "exfiltration.ec2-share-ami": ["ec2.image-shared"],
  "exfiltration.ec2-share-ebs-snapshot": ["ec2.snapshot-shared"],
  "exfiltration.rds-share-snapshot": ["rds.snapshot-shared"],
  "impact.bedrock-invoke-model": ["bedrock.model-access-requested"],
  "initial-access.console-login-without-mfa": ["signin.console-sign-in-without-mfa"],
  "lateral-movement.ec2-instance-connect": ["ec2-instance-connect.ssh-key-pushed"],
  "lateral-movement.ec2-serial-console-send-ssh-public-key": [
    "ec2.serial-console-enabled",
    "ec2-instance-connect.ssh-key-pushed",
  ],
  "persistence.iam-backdoor-role": ["iam.role-trusts-outsiders"],
  "persistence.iam-backdoor-user": ["iam.access-key-for-another-user"],
  "persistence.iam-create-admin-user": ["iam.admin-policy-attached", "iam.access-key-for-another-user"],
  "persistence.iam-create-backdoor-role": ["iam.admin-policy-attached", "iam.role-trusts-outsiders"],
  "persistence.iam-create-user-login-profile": ["iam.login-profile-for-another-user"],
  "persistence.lambda-backdoor-function": ["lambda.function-opened"],
  "persistence.lambda-layer-extension": ["lambda.code-changed-by-user"],
  "persistence.lambda-overwrite-code": ["lambda.code-changed-by-user"],
  "persistence.rolesanywhere-create-trust-anchor": ["rolesanywhere.trust-anchor-created"],
  "persistence.sts-federation-token": ["sts.federation-token-created"],
  "privilege-escalation.iam-update-user-login-profile": ["iam.login-profile-for-another-user"],
};

const lines = recorded("cloudtrail/stratus.jsonl");

describe.skipIf(lines === undefined)(
  `techniques of Stratus Red Team${lines === undefined ? `, ${NOT_AT_HAND}` : ""}`,
  () => {
    const found = new Map<string, Set<string>>();
    for (const line of lines ?? []) {
      if (!isJsonObject(line) || typeof line["technique"] !== "string") continue;
      const technique = line["technique"].replace(/^aws\./, "");
      const ids = found.get(technique) ?? new Set();
      for (const draft of findingsIn(line["event"])) ids.add(draft.detection);
      found.set(technique, ids);
    }

    test.each(Object.entries(CAUGHT_BY))("%s is caught", (technique, detections) => {
      const ids = [...(found.get(technique) ?? [])];
      console.log(`${technique} -> ${ids.join(", ")}`);
      expect(ids).toEqual(expect.arrayContaining([...detections]));
    });

    test("every recorded technique is in the table", () => {
      expect([...found.keys()].toSorted()).toEqual(Object.keys(CAUGHT_BY).toSorted());
    });
  },
);
