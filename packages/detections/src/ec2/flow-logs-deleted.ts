import type { Event } from "@ephor/events/envelope";
import { requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";
import { membersAt, succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

/** EC2 wraps this request, and each id, in the shape of its XML. */
const flowLogs = (event: Event): readonly string[] =>
  membersAt(requestParameters(event), "DeleteFlowLogsRequest.FlowLogId").flatMap(
    (member) => textAt(member, "content") ?? textAt(member, "") ?? [],
  );

const remove = (FlowLogId: Parameters<typeof membersAt>[0]) =>
  apiCall({
    service: "ec2",
    name: "DeleteFlowLogs",
    request: { DeleteFlowLogsRequest: { FlowLogId: FlowLogId ?? null } },
  });

export const flowLogsDeleted = defineDetection({
  id: "ec2.flow-logs-deleted",
  title: "VPC flow logs deleted",
  description: "Who talks to whom in this network is no longer recorded: data can leave and nobody can tell later.",
  severity: "high",
  pattern: succeeded({ service: "ec2", names: ["DeleteFlowLogs"] }),
  finding: (event) =>
    flowLogs(event).flatMap((id) => {
      const resource = { type: "AWS::EC2::FlowLog", id };
      return tellCall(event, { resource, title: `Flow log ${shown(id)} deleted` }) ?? [];
    }),
  mitre: ["T1562.008"],
  controls: { ...themes.logging, cis: ["3.7"], fsbp: ["EC2.6"] },
  falsePositives: "A network taken down for good: its flow logs go with it.",
  references: ["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html"],
  cases: [
    hit("one flow log", remove({ tag: 1, content: "fl-0a1b2c3d" }), {
      title: "Flow log fl-0a1b2c3d deleted, by alice",
      resource: "fl-0a1b2c3d",
    }),
    hit(
      "several",
      remove([
        { tag: 1, content: "fl-01" },
        { tag: 2, content: "fl-02" },
      ]),
      { resource: "fl-01" },
    ),
    miss("the call was denied", denied(remove({ tag: 1, content: "fl-0a1b2c3d" }), "Client.UnauthorizedOperation")),
    miss("flow logs created", apiCall({ service: "ec2", name: "CreateFlowLogs" })),
    malformed("the ids are numbers", remove([1, 2])),
  ],
});
