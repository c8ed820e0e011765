import type { Event } from "@ephor/events/envelope";
import { requestParameters, requestText } from "@ephor/events/sources/cloudtrail-read";
import { textsAt } from "@ephor/events/sources/read";
import { succeeded } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { ACCOUNT, apiCall, denied, OTHER_ACCOUNT } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { isShared, type Sharing, sharingOf, tellSharing } from "../sharing.ts";

const added = (event: Event): Sharing => sharingOf(textsAt(requestParameters(event), "valuesToAdd"), event.account);

/** The request's name of the snapshot, by the kind of snapshot. */
const KINDS = [
  { type: "AWS::RDS::DBSnapshot", parameter: "dBSnapshotIdentifier" },
  { type: "AWS::RDS::DBClusterSnapshot", parameter: "dBClusterSnapshotIdentifier" },
] as const;

const modify = (valuesToAdd: readonly string[] | string | number, cluster = false) =>
  apiCall({
    service: "rds",
    name: cluster ? "ModifyDBClusterSnapshotAttribute" : "ModifyDBSnapshotAttribute",
    request: {
      [cluster ? "dBClusterSnapshotIdentifier" : "dBSnapshotIdentifier"]: "orders-2026-01",
      attributeName: "restore",
      valuesToAdd,
    },
  });

export const databaseSnapshotShared = defineDetection({
  id: "rds.snapshot-shared",
  title: "Database snapshot shared outside the account",
  description:
    "Whoever may restore the snapshot has the whole database, outside the reach of every control on the original.",
  severity: "high",
  pattern: succeeded({ service: "rds", names: ["ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute"] }),
  when: (event) => requestText(event, "attributeName") === "restore" && isShared(added(event)),
  finding: (event) => {
    const snapshot = KINDS.flatMap(({ type, parameter }) => {
      const id = requestText(event, parameter);
      return id === undefined ? [] : [{ type, id }];
    })[0];
    if (snapshot === undefined) return null;
    return tellSharing(event, { what: "Database snapshot", resource: snapshot, sharing: added(event) });
  },
  mitre: ["T1537"],
  controls: { ...themes.exposure, fsbp: ["RDS.1"] },
  remediation: "rds.unshare-snapshot",
  falsePositives: "Snapshots restored into a test account of your own: allow-list the snapshot.",
  references: ["https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html"],
  cases: [
    hit("with another account", modify([OTHER_ACCOUNT]), {
      title: "Database snapshot orders-2026-01 shared with 444455556666, by alice",
      resource: "orders-2026-01",
    }),
    hit("a cluster's, with everyone", modify(["all"], true), { severity: "critical" }),
    miss("with its own account", modify([ACCOUNT])),
    miss("nobody is added", modify([])),
    miss("the call was denied", denied(modify(["all"]))),
    malformed("the accounts are a number", modify(7)),
  ],
});
