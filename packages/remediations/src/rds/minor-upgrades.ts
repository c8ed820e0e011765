import { unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { databasesAndClusters } from "./database.ts";
import { aCluster, anInstance, ledgerCluster, modifyCluster, modifyInstance, orders } from "./database-cases.ts";
import { databaseSwitch } from "./database-switch.ts";

export const minorUpgrades = defineRemediation({
  id: "rds.minor-upgrades",
  title: "Upgrade a database to new minor versions by itself",
  description:
    "RDS brings new minor versions, with their security fixes, to the database in its maintenance window. Nothing is upgraded before that.",
  controls: { fsbp: ["RDS.13", "RDS.35"], cis: ["2.3.2"] },
  risk: "low",
  ...databasesAndClusters,
  ...databaseSwitch({
    field: "AutoMinorVersionUpgrade",
    wanted: true,
    says: (value, name) =>
      value ? `Let ${name} be upgraded to new minor versions` : `Leave ${name} at its minor version again`,
    blast: (name) =>
      `When a new minor version comes out, ${name} is upgraded in its maintenance window, with an outage of some minutes.`,
    refuses: ({ Engine }, { resource }) =>
      Engine.startsWith("custom-")
        ? unsupported(`${resource.id} is RDS Custom, which has no upgrades by RDS`)
        : undefined,
  }),
  references: [
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
  ],
  cases: [
    hit("a database that stays behind", {
      target: orders,
      answers: anInstance({ AutoMinorVersionUpgrade: false }),
      expect: {
        tags: { env: "production" },
        calls: [modifyInstance({ AutoMinorVersionUpgrade: true })],
        diff: [{ path: "/AutoMinorVersionUpgrade", before: false, after: true }],
        undo: [modifyInstance({ AutoMinorVersionUpgrade: false })],
      },
    }),
    hit("a cluster that stays behind", {
      target: ledgerCluster,
      answers: aCluster({ AutoMinorVersionUpgrade: false, Engine: "postgres" }),
      expect: { calls: [modifyCluster({ AutoMinorVersionUpgrade: true })] },
    }),
    nothing("a database that is upgraded", { target: orders, answers: anInstance({ AutoMinorVersionUpgrade: true }) }),
    malformed("RDS Custom", {
      target: orders,
      answers: anInstance({ AutoMinorVersionUpgrade: false, Engine: "custom-sqlserver-ee" }),
      expect: { code: "remediation.unsupported", message: /RDS Custom/ },
    }),
    malformed("the database is gone", {
      target: orders,
      answers: { DescribeDBInstances: failure("DBInstanceNotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("AWS lists no such database", {
      target: orders,
      answers: { DescribeDBInstances: { DBInstances: [] } },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a name that is too long", {
      target: targetOf("AWS::RDS::DBInstance", "o".repeat(64)),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
