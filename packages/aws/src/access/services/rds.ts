import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotAttributesCommand,
  ModifyDBInstanceCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { callsOf } from "./calls-of.ts";

export const calls = callsOf({
  client: (settings) => new RDSClient(settings),
  commands: {
    DescribeDBInstances: DescribeDBInstancesCommand,
    ModifyDBInstance: ModifyDBInstanceCommand,
    DescribeDBSnapshotAttributes: DescribeDBSnapshotAttributesCommand,
    ModifyDBSnapshotAttribute: ModifyDBSnapshotAttributeCommand,
  },
});
