import { remediations } from "@ephor/remediations/catalogue";
import { expect, test } from "vitest";
import type { Invocation } from "../command.ts";
import { run } from "./remediations-list.ts";

async function listed(isTty: boolean): Promise<string> {
  const parts: string[] = [];
  const io = { isTty, out: async (part: string) => void parts.push(part) };
  expect(await run({ io, values: {}, args: [] } as unknown as Invocation)).toBe(0);
  return parts.join("");
}

test("a program gets every remediation, with its risk, controls, types, permissions and whether there is a way back", async () => {
  const lines: unknown = JSON.parse(await listed(false));
  expect(lines).toHaveLength(remediations.length);
  expect(lines).toContainEqual({
    id: "guardduty.enable",
    title: "Switch GuardDuty on in a Region",
    risk: "low",
    controls: ["fsbp:GuardDuty.1"],
    resourceTypes: ["AWS::::Account", "AWS::GuardDuty::Detector"],
    reversible: false,
    permissions: {
      read: ["guardduty:ListDetectors", "guardduty:GetDetector"],
      write: ["guardduty:CreateDetector", "guardduty:UpdateDetector", "iam:CreateServiceLinkedRole"],
    },
  });
});

test("a person gets a table", async () => {
  const table = await listed(true);
  expect(table).toMatch(/^ID +RISK +WAY BACK +TITLE\n/);
  expect(table).toMatch(/\nguardduty\.enable +low +no +Switch GuardDuty on in a Region\n/);
});
