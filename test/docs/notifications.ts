import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { approvalIdOf } from "@ephor/domain/ids";
import type { Message } from "@ephor/domain/notice";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { mailText } from "@ephor/notify/email/mail-parts";
import { pagerdutyEvent } from "@ephor/notify/pagerduty/send-pagerduty";
import { slackBody } from "@ephor/notify/slack/blocks";
import { teamsBody } from "@ephor/notify/teams/teams-card";
import { webhookBody, webhookJsonSchema } from "@ephor/notify/webhook/webhook-body";

const GROUP = "fnd_0123456789abcdefghijklmnop";

/** A finding as it is told of. */
const FINDING: Message = {
  ...{ id: "msg_0123456789abcdefghijklmnop", kind: "finding", tenant: DEFAULT_TENANT, severity: "high" },
  at: timestamp(Date.UTC(2026, 2, 1, 12)),
  subject: "High: Security group sg-1 now allows 0.0.0.0/0 to port 22, by mallory",
  paragraphs: [
    { heading: "What happened", text: "Security group sg-1 now allows 0.0.0.0/0 to port 22, by mallory" },
    { heading: "Why it matters", text: "Anyone on the internet can now reach the ports that this group guards." },
    {
      heading: "What will be done",
      text: "Nothing by itself: the response policy tells people. The remediation ec2.revoke-open-ingress would put it right.",
    },
  ],
  facts: [
    { label: "Account", value: "111122223333 (Shop, production)" },
    { label: "Region", value: "eu-central-1" },
    { label: "Resource", value: "AWS::EC2::SecurityGroup sg-1" },
    { label: "By", value: "arn:aws:iam::111122223333:user/mallory" },
  ],
  link: { label: "The finding in Ephor", url: `https://ephor.example/findings/${GROUP}` },
  ...{ diff: [], code: null, actions: [], group: GROUP, alike: null, settles: false },
  data: { finding: { id: GROUP, detection: "ec2.security-group-opened-to-world", severity: "high", status: "open" } },
};
/** A request for approval, as one person gets it by mail. */
const approvalId = approvalIdOf(["example"]);
const ASKED: Message = {
  ...FINDING,
  ...{ kind: "approval", subject: "Approval needed: Revoke open ingress of sg-1", group: approvalId, code: "2X9F" },
  diff: [{ path: "/rules", before: ["tcp 22 from 0.0.0.0/0"], after: [] }],
  link: { label: "Decide here, a link for Bob alone", url: "https://ephor.example/approve/<token>" },
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const EXAMPLES = "docs/examples/notifications";
/** What stands in the documentation, and what makes it. */
export const NOTIFICATION_FILES: readonly (readonly [file: string, text: () => string])[] = [
  ["docs/schemas/webhook.schema.json", () => json(webhookJsonSchema())],
  [`${EXAMPLES}/webhook.json`, () => json(webhookBody(FINDING))],
  [`${EXAMPLES}/slack.json`, () => json(slackBody(FINDING))],
  [`${EXAMPLES}/pagerduty.json`, () => json({ routing_key: "<routing key>", ...pagerdutyEvent(FINDING) })],
  [`${EXAMPLES}/teams.json`, () => json(JSON.parse(teamsBody(FINDING)))],
  [`${EXAMPLES}/email.txt`, () => mailText(ASKED)],
];

if (import.meta.main) {
  for (const [file, text] of NOTIFICATION_FILES) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text());
  }
}
