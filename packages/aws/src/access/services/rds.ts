import {
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBClusterCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBInstanceCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new RDSClient(settings),
  commands: {
    DescribeDBClusterSnapshotAttributes: DescribeDBClusterSnapshotAttributesCommand,
    DescribeDBClusterSnapshots: DescribeDBClusterSnapshotsCommand,
    DescribeDBClusters: DescribeDBClustersCommand,
    DescribeDBInstances: DescribeDBInstancesCommand,
    DescribeDBSnapshotAttributes: DescribeDBSnapshotAttributesCommand,
    DescribeDBSnapshots: DescribeDBSnapshotsCommand,
    ModifyDBCluster: ModifyDBClusterCommand,
    ModifyDBClusterSnapshotAttribute: ModifyDBClusterSnapshotAttributeCommand,
    ModifyDBInstance: ModifyDBInstanceCommand,
    ModifyDBSnapshotAttribute: ModifyDBSnapshotAttributeCommand,
  },
});
