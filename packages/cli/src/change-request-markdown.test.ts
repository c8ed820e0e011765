import type { ChangeRequest } from "@ephor/api/response-use-cases";
import { expect, test } from "vitest";
import { changeRequestMarkdown } from "./change-request-markdown.ts";

const REQUEST: ChangeRequest = {
  finding: { id: "fnd_1", detection: "a.b", title: "*Open* <b>group</b>", severity: "high", status: "open" },
  plan: {
    ...{
      hash: "0".repeat(64),
      remediation: "ec2.x",
      remediationVersion: "1",
      title: "Revoke",
      account: "111122223333",
    },
    ...{ region: "eu-west-1", resource: { type: "AWS::EC2::SecurityGroup", id: "sg-1" }, risk: "medium", basis: "aws" },
    ...{ before: {}, after: {}, calls: [], blast: "ssh ends", owner: null, tags: {}, irreversible: null },
    diff: [{ path: "/rules", before: ["0.0.0.0/0"], after: [] }],
  },
  calls: [{ says: "Revoke\ntcp 22", command: "aws ec2 revoke '```'" }],
  undo: [{ says: "Allow tcp 22", command: "aws ec2 authorize" }],
  approvers: { groups: ["approvers"], approvalsNeeded: 2, because: [] },
  hint: "Terraform web made this resource and would set it back: change /rules there.",
};

test("a change request has the difference, commands, undo, risk, approvers and owner", () => {
  const text = changeRequestMarkdown(REQUEST);
  for (const part of [
    "# Revoke",
    "## Difference",
    "## Commands",
    "## Undo",
    "medium",
    "2 of approvers",
    "Terraform web",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).toContain('- [\n    "0.0.0.0/0"\n  ]');
});

test("what stands in a plan ends no fence, no comment, and is no markup", () => {
  const text = changeRequestMarkdown(REQUEST);
  expect(text).toContain("````sh\n# Revoke tcp 22\naws ec2 revoke '```'\n````");
  expect(text).not.toContain("<b>");
});

test("what has no way back says why, and shows no commands for one", () => {
  const text = changeRequestMarkdown({
    ...REQUEST,
    plan: { ...REQUEST.plan, irreversible: "the secret is gone" },
    undo: [],
  });
  expect(text).toContain("none: the secret is gone");
  expect(text).not.toContain("## Undo");
});
