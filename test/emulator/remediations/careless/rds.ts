import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  ModifyDBInstanceCommand,
  ModifyDBSnapshotAttributeCommand,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { type Careless, targetOf } from "./careless.ts";

const OTHER_ACCOUNT = "444455556666";

async function database(rds: RDSClient, DBInstanceIdentifier: string) {
  await rds.send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier, DBInstanceClass: "db.t3.micro", Engine: "postgres", AllocatedStorage: 20 },
      ...{ MasterUsername: "owner", MasterUserPassword: "not-a-secret-1" },
      ...{ PubliclyAccessible: true, AutoMinorVersionUpgrade: false, DeletionProtection: false },
    }),
  );
  return DBInstanceIdentifier;
}

type Field = "PubliclyAccessible" | "AutoMinorVersionUpgrade" | "DeletionProtection";

/** A database with one setting as it should not be. */
const setting = (remediation: string, { field, right }: { field: Field; right: boolean }): Careless => ({
  remediation,
  on: "moto",
  onlyWay: "the setting is on or off",
  async make({ clients: { rds } }, name) {
    const id = await database(rds, name);
    const see = async () => {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
      return DBInstances[0]?.[field] ?? null;
    };
    return {
      target: targetOf("AWS::RDS::DBInstance", id),
      ...{ careless: !right, right, see },
      disturb: async () =>
        rds.send(
          new ModifyDBInstanceCommand({ DBInstanceIdentifier: id, [field]: !(await see()), ApplyImmediately: true }),
        ),
    };
  },
});

const unshareSnapshot: Careless = {
  remediation: "rds.unshare-snapshot",
  on: "moto",
  async make({ clients: { rds } }, name) {
    const DBInstanceIdentifier = await database(rds, name);
    const DBSnapshotIdentifier = `${name}-kept`;
    await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier, DBSnapshotIdentifier }));
    const AttributeName = "restore";
    const share = (who: string) =>
      rds.send(new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier, AttributeName, ValuesToAdd: [who] }));
    await share("all");
    return {
      target: targetOf("AWS::RDS::DBSnapshot", DBSnapshotIdentifier, {
        evidence: { everyone: true, others: [OTHER_ACCOUNT] },
      }),
      ...{ careless: ["all"], right: [], disturb: () => share(OTHER_ACCOUNT) },
      see: async () => {
        const answer = await rds.send(new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier }));
        const attributes = answer.DBSnapshotAttributesResult?.DBSnapshotAttributes ?? [];
        return [...(attributes.find((one) => one.AttributeName === AttributeName)?.AttributeValues ?? [])].sort();
      },
    };
  },
};

export const rds: readonly Careless[] = [
  setting("rds.make-instance-private", { field: "PubliclyAccessible", right: false }),
  setting("rds.minor-upgrades", { field: "AutoMinorVersionUpgrade", right: true }),
  setting("rds.protect-from-deletion", { field: "DeletionProtection", right: true }),
  unshareSnapshot,
];
