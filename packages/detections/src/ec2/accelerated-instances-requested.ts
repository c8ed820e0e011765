import type { Json } from "@ephor/domain/json";
import { errorCode, requestText } from "@ephor/events/sources/cloudtrail-read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";
import { shown } from "../shorten.ts";

const run = (instanceType: Json) =>
  apiCall({
    service: "ec2",
    name: "RunInstances",
    request: { instanceType, instancesSet: { items: [{ imageId: "ami-01", minCount: 1, maxCount: 10 }] } },
  });
const REFUSED = "Client.UnauthorizedOperation";

/** Families with graphics or machine learning chips (EC2 User Guide, "Accelerated computing instances"), at any size. */
const FAMILIES = ["p2.", "p3", "p4d", "p5", "p6", "g3", "g4", "g5", "g6", "trn", "inf", "dl", "vt1", "f1.", "f2."];

/** Refused calls count: a miner that meets a quota or a policy tries elsewhere next. */
export const acceleratedInstancesRequested = defineDetection({
  id: "ec2.accelerated-instances-requested",
  title: "Accelerated instances requested",
  description:
    "Machines with graphics chips are what stolen credentials are most often used for: mining at this account's cost.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["ec2.amazonaws.com"],
      eventName: ["RunInstances"],
      requestParameters: { instanceType: FAMILIES.map((prefix) => ({ prefix })) },
    },
  },
  finding: (event) => {
    const type = requestText(event, "instanceType");
    if (type === undefined) return null;
    const done = errorCode(event) === undefined ? "started" : "requested and refused";
    return tellCall(event, {
      resource: accountResource(event),
      title: `Instances of type ${shown(type)} ${done}`,
      evidence: { instanceType: type, region: event.region },
    });
  },
  actorInKey: true,
  mitre: ["T1496.001"],
  controls: themes.execution,
  falsePositives: "Teams that train models or render: allow-list their accounts.",
  references: ["https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html"],
  cases: [
    hit("started", run("p4d.24xlarge"), {
      title: "Instances of type p4d.24xlarge started, by alice",
      resource: "111122223333",
    }),
    hit("refused", denied(run("p2.xlarge"), REFUSED), { title: /requested and refused/ }),
    miss("an ordinary type", run("m7i.large")),
    malformed("the type is an object", run({ value: "p4d.24xlarge" })),
  ],
});
