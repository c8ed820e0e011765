import { errorCode } from "@ephor/events/sources/cloudtrail-read";
import { attempted, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

const leave = apiCall({ service: "organizations", name: "LeaveOrganization" });

/** An attempt counts: nobody tries this by mistake, and what it tried to escape is still in force. */
export const organizationLeft = defineDetection({
  id: "organizations.organization-left",
  title: "Account left its organization, or tried to",
  description:
    "Outside the organization no service control policy binds the account, no central trail records it and no delegated administrator watches it.",
  severity: "critical",
  pattern: attempted({ service: "organizations", names: ["LeaveOrganization"] }),
  finding: (event) =>
    tellCall(event, {
      resource: accountResource(event),
      title: `Account ${event.account} ${errorCode(event) === undefined ? "left" : "tried to leave"} its organization`,
    }),
  mitre: ["T1666"],
  controls: { ...themes.privilege, cis: ["4.15"] },
  falsePositives: "An account handed over to another organization, announced long before.",
  references: ["https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html"],
  cases: [
    hit("it left", leave, { title: "Account 111122223333 left its organization, by alice", resource: "111122223333" }),
    hit("the attempt was denied", denied(leave), { title: /tried to leave/ }),
    miss(
      "a look at the organization",
      apiCall({ service: "organizations", name: "DescribeOrganization", readOnly: true }),
    ),
    malformed(
      "the record names another source",
      withDetail(leave, { eventSource: ["organizations.amazonaws.com.evil"] }),
    ),
  ],
});
