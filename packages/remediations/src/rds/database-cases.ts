import type { JsonObject } from "@ephor/domain/json";
import { ACCOUNT, REGION, targetOf } from "../cases/case.ts";

export const orders = targetOf("AWS::RDS::DBInstance", "orders");
export const ledgerCluster = targetOf("AWS::RDS::DBCluster", "ledger");

/** What RDS answers about the instance `orders`. */
export const anInstance = (more: JsonObject) => ({
  DescribeDBInstances: {
    DBInstances: [
      {
        DBInstanceIdentifier: "orders",
        DBInstanceArn: `arn:aws:rds:${REGION}:${ACCOUNT}:db:orders`,
        DBInstanceClass: "db.t4g.medium",
        DBInstanceStatus: "available",
        Engine: "postgres",
        EngineVersion: "17.4",
        TagList: [{ Key: "env", Value: "production" }],
        PendingModifiedValues: {},
        ...more,
      },
    ],
  },
});

/** What RDS answers about the cluster `ledger`. */
export const aCluster = (more: JsonObject) => ({
  DescribeDBClusters: {
    DBClusters: [
      {
        DBClusterIdentifier: "ledger",
        DBClusterArn: `arn:aws:rds:${REGION}:${ACCOUNT}:cluster:ledger`,
        Status: "available",
        Engine: "aurora-postgresql",
        TagList: [],
        ...more,
      },
    ],
  },
});

export const modifyInstance = (setting: JsonObject) => ({
  service: "rds" as const,
  operation: "ModifyDBInstance",
  input: { DBInstanceIdentifier: "orders", ...setting },
});
export const modifyCluster = (setting: JsonObject) => ({
  service: "rds" as const,
  operation: "ModifyDBCluster",
  input: { DBClusterIdentifier: "ledger", ...setting },
});
