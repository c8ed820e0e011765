import { approvalIdOf } from "@ephor/domain/ids";
import type { Message } from "@ephor/domain/notice";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";

/** What a finding's message looks like, with whatever a test wants otherwise. */
export function aMessage(more: Partial<Message> = {}): Message {
  return {
    id: "msg_0123456789abcdefghijklmnop",
    kind: "finding",
    tenant: DEFAULT_TENANT,
    at: timestamp(Date.UTC(2026, 2, 1, 12)),
    subject: "High: Security group sg-1 now allows 0.0.0.0/0 to port 22",
    severity: "high",
    paragraphs: [
      { heading: "What happened", text: "Security group sg-1 now allows 0.0.0.0/0 to port 22" },
      { heading: "Why it matters", text: "Anyone on the internet can now reach the ports that this group guards." },
      { heading: "What will be done", text: "Nothing by itself: the response policy tells people." },
    ],
    facts: [
      { label: "Account", value: "111122223333 (Shop, production)" },
      { label: "Resource", value: "AWS::EC2::SecurityGroup sg-1" },
    ],
    diff: [],
    link: { label: "The finding in Ephor", url: "https://ephor.example/findings/fnd_1" },
    code: null,
    actions: [],
    group: "fnd_0123456789abcdefghijklmnop",
    alike: "finding ec2.security-group-opened-to-world",
    settles: false,
    data: { finding: { id: "fnd_0123456789abcdefghijklmnop", severity: "high" } },
    ...more,
  };
}

export const anApprovalId = approvalIdOf(["test"]);

/** The same text wherever text of strangers can stand. */
export function everywhere(text: string): Message {
  return aMessage({
    subject: `High: ${text}`,
    paragraphs: Array.from({ length: 12 }, () => ({ heading: "What happened", text })),
    facts: Array.from({ length: 40 }, () => ({ label: "By", value: text })),
    diff: Array.from({ length: 60 }, () => ({ path: `/${text}`, before: text, after: { [text]: [text] } })),
    code: "2X9F",
    actions: [
      { decision: "approve", label: "Approve", approvalId: anApprovalId },
      { decision: "reject", label: "Reject", approvalId: anApprovalId },
      { decision: "open", label: "Get my link to decide", approvalId: anApprovalId },
    ],
    data: { text },
  });
}
