import { awsAccess } from "@ephor/aws/access/aws-access";
import { kmsClient } from "@ephor/aws/clients";
import { kmsSealer } from "@ephor/aws/kms/sealer";
import type { Config } from "@ephor/domain/config/config";
import { ok } from "@ephor/domain/result";
import { remediation } from "@ephor/remediations/catalogue";
import { machine, setting } from "./machine.ts";

const EXTERNAL_ID = "env:EPHOR_REMEDIATION_EXTERNAL_ID";

/** Seals and opens snapshots; the key never leaves KMS. */
export const sealer = () => kmsSealer({ ...machine, client: kmsClient(), keyId: setting("EPHOR_SNAPSHOT_KEY") });

/** The catalogue, and AWS in the accounts that the configuration names. */
export function remediating() {
  const roleArn = setting("EPHOR_REMEDIATION_ROLE");
  const externalId = setting("EPHOR_REMEDIATION_EXTERNAL_ID");
  // Loaded when the role of another account is taken on: the home account's needs no secret.
  const others = lazy(async () => (await import("./secrets.ts")).secrets());
  const secretOf = async (reference: string) =>
    reference === EXTERNAL_ID ? ok(externalId) : (await others())(reference);
  return ({ remediation: { accounts } }: Pick<Config, "remediation">) => ({
    remediations: remediation,
    awsAccess: awsAccess({ ...machine, secretOf, accounts: withHome(accounts, roleArn) }),
  });
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

type Accounts = Config["remediation"]["accounts"];

/** In Ephor's own account the deployment has made the role, where the configuration names no other. */
function withHome(accounts: Accounts, roleArn: string): Accounts {
  const home = roleArn.split(":")[4] ?? "";
  const access = Object.hasOwn(accounts, home) ? accounts[home] : undefined;
  if (access === undefined || access.roleArn !== undefined) return accounts;
  return { ...accounts, [home]: { roleArn, externalId: EXTERNAL_ID } };
}
