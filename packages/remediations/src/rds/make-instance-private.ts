import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { databases } from "./database.ts";
import { anInstance, modifyInstance, orders } from "./database-cases.ts";
import { databaseSwitch } from "./database-switch.ts";

const field = "PubliclyAccessible";

export const makeInstancePrivate = defineRemediation({
  id: "rds.make-instance-private",
  title: "Take a database off the internet",
  description:
    "The database's name leads to its private address only, from everywhere. Nothing restarts, and nothing else that waits for the maintenance window is applied.",
  controls: { fsbp: ["RDS.2"], cis: ["2.3.3"] },
  risk: "high",
  resources: databases,
  permissions: { read: ["rds:DescribeDBInstances"], write: ["rds:ModifyDBInstance"] },
  ...databaseSwitch({
    field,
    wanted: false,
    says: (value, name) => (value ? `Give ${name} a public address again` : `Take the public address from ${name}`),
    blast: (name) =>
      `Whoever connects to ${name} from outside its network loses it, offices and other clouds among them, unless a VPN or a peering leads there.`,
  }),
  fromEvidence: ({ evidence }) =>
    ["CreateDBInstance", "ModifyDBInstance"].includes(String(evidence["eventName"])) ? { [field]: true } : undefined,
  references: [
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html",
  ],
  cases: [
    hit("public", {
      target: orders,
      answers: anInstance({ PubliclyAccessible: true }),
      expect: {
        tags: { env: "production" },
        calls: [modifyInstance({ PubliclyAccessible: false })],
        diff: [{ path: "/PubliclyAccessible", before: true, after: false }],
        undo: [modifyInstance({ PubliclyAccessible: true })],
      },
    }),
    hit("an instance of Aurora", {
      target: orders,
      answers: anInstance({ PubliclyAccessible: true, Engine: "aurora-mysql", DBClusterIdentifier: "ledger" }),
      expect: { calls: [modifyInstance({ PubliclyAccessible: false })] },
    }),
    nothing("private", { target: orders, answers: anInstance({ PubliclyAccessible: false }) }),
    malformed("the database is gone", {
      target: orders,
      answers: { DescribeDBInstances: failure("DBInstanceNotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the database is being deleted", {
      target: orders,
      answers: anInstance({ PubliclyAccessible: true, DBInstanceStatus: "deleting" }),
      expect: { code: "remediation.resource-gone", message: /being deleted/ },
    }),
    malformed("a part of a Multi-AZ cluster", {
      target: orders,
      answers: anInstance({ PubliclyAccessible: true, DBClusterIdentifier: "ledger" }),
      expect: { code: "remediation.unsupported", message: /part of the cluster ledger/ },
    }),
    malformed("an answer without the setting", {
      target: orders,
      answers: anInstance({}),
      expect: { code: "remediation.unsupported", message: /no PubliclyAccessible/ },
    }),
    malformed("no name of a database", {
      target: targetOf("AWS::RDS::DBInstance", "orders--x"),
      expect: { code: "remediation.target-invalid", message: /expected the name of a DB instance/ },
    }),
  ],
});
