import type { Json } from "@ephor/domain/json";
import { requestText } from "@ephor/events/sources/cloudtrail-read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const modify = (publiclyAccessible: boolean, dBInstanceIdentifier: Json = "orders") =>
  apiCall({ service: "rds", name: "ModifyDBInstance", request: { dBInstanceIdentifier, publiclyAccessible } });

export const databaseMadePublic = defineDetection({
  id: "rds.instance-made-public",
  title: "Database reachable from the internet",
  description: "The database gets a public address; only its security group still stands between it and the internet.",
  severity: "high",
  pattern: {
    detail: {
      eventSource: ["rds.amazonaws.com"],
      eventName: ["ModifyDBInstance", "CreateDBInstance"],
      errorCode: [{ exists: false }],
      requestParameters: { publiclyAccessible: [true] },
    },
  },
  finding: (event) => {
    const name = requestText(event, "dBInstanceIdentifier");
    if (name === undefined) return null;
    return tellCall(event, {
      resource: { type: "AWS::RDS::DBInstance", id: name, name },
      title: `Database ${shown(name)} made reachable from the internet`,
    });
  },
  mitre: ["T1562.007", "T1190"],
  controls: { ...themes.network, cis: ["2.3.3"], fsbp: ["RDS.2"] },
  remediation: "rds.make-instance-private",
  falsePositives: "Databases for trying things out, without data: allow-list them.",
  references: ["https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"],
  cases: [
    hit("made public", modify(true), {
      title: "Database orders made reachable from the internet, by alice",
      resource: "orders",
    }),
    miss("made private", modify(false)),
    miss("the call was denied", denied(modify(true))),
    malformed("the database is a number", modify(true, 7)),
  ],
});
