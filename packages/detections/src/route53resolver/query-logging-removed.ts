import { eventName, requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const ID = "rqlc-0a1b2c3d4e5f6071";
const call = (name: string, id: string | number = ID) =>
  apiCall({ service: "route53resolver", name, request: { resolverQueryLogConfigId: id, resourceId: "vpc-01" } });

export const queryLoggingRemoved = defineDetection({
  id: "route53resolver.query-logging-removed",
  title: "DNS query logging removed",
  description: "Which names the network's machines look up is no longer recorded: malware that calls home goes unseen.",
  severity: "high",
  pattern: succeeded({
    service: "route53resolver",
    names: ["DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"],
  }),
  finding: (event) => {
    const id = requestText(event, "resolverQueryLogConfigId");
    if (id === undefined) return null;
    const vpc = requestText(event, "resourceId");
    const done = eventName(event) === "DeleteResolverQueryLogConfig" ? "deleted" : `taken off ${shown(vpc ?? "a VPC")}`;
    return tellCall(event, {
      resource: { type: "AWS::Route53Resolver::ResolverQueryLoggingConfig", id },
      title: `DNS query logging ${shown(id)} ${done}`,
    });
  },
  mitre: ["T1562.008"],
  controls: themes.logging,
  falsePositives: "A network taken down for good: its query logging goes with it.",
  references: [
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverQueryLogConfig.html",
  ],
  cases: [
    hit("deleted", call("DeleteResolverQueryLogConfig"), {
      title: `DNS query logging ${ID} deleted, by alice`,
      resource: ID,
    }),
    hit("taken off a network", call("DisassociateResolverQueryLogConfig"), { title: /taken off vpc-01/ }),
    miss("the call was denied", denied(call("DeleteResolverQueryLogConfig"))),
    miss("created", call("CreateResolverQueryLogConfig")),
    malformed("the id is a number", call("DeleteResolverQueryLogConfig", 7)),
  ],
});
