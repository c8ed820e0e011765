import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { runningNode, type TestNode } from "./running-node.ts";

const folder = tempFolder();
const config = join(folder.path, "ephor.config.json");
const RULE = { match: { detection: ["ec2.*", "s3.bucket-policy-made-publik"] }, mode: "approve", risk: "medium" };
writeFileSync(
  config,
  JSON.stringify({
    people: [{ id: "ann", name: "Ann", email: "ann@example.com", roles: ["analyst"] }],
    responsePolicy: { version: 1, rules: [RULE] },
  }),
);
const EVENT = "docs/examples/security-group-opened.json";
const WARNINGS = [
  '/responsePolicy/rules/0/match/detection/1: found "s3.bucket-policy-made-publik", expected the id of a detection; did you mean "s3.bucket-policy-made-public"?',
  "/responsePolicy/rules/0: found 0 in approvers, expected 1 or more who decide: an approval could only expire",
];

let node: TestNode;
let findingId = "";
beforeAll(async () => {
  node = await runningNode({ config });
  await node.told(["events", "send", EVENT]);
  findingId = await until("a finding", async () => {
    const [first] = (await node.told(["findings", "list"])) as { id: string }[];
    return first?.id;
  });
});
afterAll(async () => {
  await node.end();
  folder.remove();
});

test("a start tells of detections that there are none of and of approvals that can only expire", () => {
  for (const warning of WARNINGS) expect(node.process.stderr()).toContain(`ephor: warning: ${warning}\n`);
});

test("policy test names the configuration by which it answers, with its warnings", async () => {
  const { stdout, stderr } = await node.ephor(["policy", "test", EVENT, "--config", config]);
  for (const warning of WARNINGS) expect(stderr).toContain(warning);
  const configuration = { source: config, policyVersion: 1, warnings: WARNINGS };
  expect(JSON.parse(stdout)).toMatchObject([{ decision: { mode: "approve" }, configuration }]);
});

test("policy test warns where the node answered a finding by another policy, also of the same version", async () => {
  const { stdout, stderr } = await node.ephor(["policy", "test", findingId]);
  const source = "the built-in defaults";
  expect(JSON.parse(stdout)).toMatchObject([{ configuration: { source, policyVersion: 1, warnings: [] } }]);
  expect(stderr).toContain(`the node answered ${findingId} by policy version 1 with approve, here ${source}`);
  expect((await node.ephor(["policy", "test", findingId, "--config", config])).stderr).not.toContain(
    "the node answered",
  );
});

test("doctor names the configuration that it looked at", async () => {
  const checks = await node.told(["doctor"]);
  const found = expect.stringMatching(/^the built-in defaults: valid; 0 accounts, 1 policy rules, policy version 1\n/);
  expect(checks).toContainEqual({ check: "configuration", state: "pass", found });
});

test.each([
  ["ec2.security-group-opend-to-world", "7d", 'DETECTION: found "ec2.security-group-opend-to-world"'],
  ["ec2.*", "2020-01-01", "--expires: it would end at 2020-01-01"],
  ["ec2.*", "9999d", "--expires: it would end at"],
  ["ec2.*", "soon", "--expires T are needed"],
])("exceptions request %s --expires %s says which part is wrong", async (detection, expires, told) => {
  const { secret } = (await node.told(["token", "create", "ann", "--role", "analyst", "--person", "ann"])) as {
    secret: string;
  };
  const of = ["--reason", "a test", "--expires", expires, "--token", secret];
  const { code, stderr } = await node.ephor(["exceptions", "request", detection, ...of]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(told) });
});
