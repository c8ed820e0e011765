import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { databasesAndClusters, membership, partOfCluster } from "./database.ts";
import { aCluster, anInstance, ledgerCluster, modifyCluster, modifyInstance, orders } from "./database-cases.ts";
import { databaseSwitch } from "./database-switch.ts";

export const protectFromDeletion = defineRemediation({
  id: "rds.protect-from-deletion",
  title: "Protect a database from deletion",
  description:
    "RDS refuses to delete the database or cluster until someone switches the protection off. Nothing restarts, and nothing else that waits for the maintenance window is applied.",
  controls: { fsbp: ["RDS.7", "RDS.8"] },
  risk: "low",
  ...databasesAndClusters,
  ...databaseSwitch({
    field: "DeletionProtection",
    wanted: true,
    says: (value, name) => (value ? `Protect ${name} from deletion` : `Let ${name} be deleted again`),
    blast: (name) => `Pipelines that delete ${name} fail until they switch the protection off first.`,
    refuses: (database, target) => {
      const member = membership(database, target);
      return member === null ? undefined : partOfCluster(target, member.cluster);
    },
  }),
  references: [
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html",
  ],
  cases: [
    hit("a database without protection", {
      target: orders,
      answers: anInstance({ DeletionProtection: false }),
      expect: {
        tags: { env: "production" },
        calls: [modifyInstance({ DeletionProtection: true })],
        diff: [{ path: "/DeletionProtection", before: false, after: true }],
        undo: [modifyInstance({ DeletionProtection: false })],
      },
    }),
    hit("a cluster without protection", {
      target: ledgerCluster,
      answers: aCluster({ DeletionProtection: false }),
      expect: {
        calls: [modifyCluster({ DeletionProtection: true })],
        undo: [modifyCluster({ DeletionProtection: false })],
      },
    }),
    nothing("a protected database", { target: orders, answers: anInstance({ DeletionProtection: true }) }),
    nothing("a protected cluster", { target: ledgerCluster, answers: aCluster({ DeletionProtection: true }) }),
    malformed("an instance of Aurora: its cluster has the protection", {
      target: orders,
      answers: anInstance({ DeletionProtection: false, Engine: "aurora-mysql", DBClusterIdentifier: "ledger" }),
      expect: { code: "remediation.unsupported", message: /cluster ledger/ },
    }),
    malformed("the cluster is gone", {
      target: ledgerCluster,
      answers: { DescribeDBClusters: failure("DBClusterNotFoundFault") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a setting that is a text", {
      target: orders,
      answers: anInstance({ DeletionProtection: "false" }),
      expect: { code: "remediation.unsupported", message: /no DeletionProtection/ },
    }),
    malformed("no name of a cluster", {
      target: targetOf("AWS::RDS::DBCluster", "ledger/../x"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
