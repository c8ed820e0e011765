import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiClient } from "@ephor/api/client";
import { ROUTES } from "@ephor/api/routes/routes";
import { parseConfig } from "@ephor/domain/config/parse-config";
import type { Result } from "@ephor/domain/result";
import { startNode } from "@ephor/node/start-node";
import { expect, onTestFinished, test, vi } from "vitest";
import { expectDocumented } from "./documented.ts";

/** One management event that a shipped detection answers. */
const OPENED = {
  ...{ version: "0", id: "e-1", "detail-type": "AWS API Call via CloudTrail", source: "aws.ec2" },
  ...{ account: "123456789012", time: "2026-01-01T00:00:00Z", region: "eu-central-1", resources: [] },
  detail: {
    ...{ eventVersion: "1.08", eventID: "ct-1", eventTime: "2026-01-01T00:00:00Z", eventType: "AwsApiCall" },
    ...{ eventSource: "ec2.amazonaws.com", eventName: "AuthorizeSecurityGroupIngress", awsRegion: "eu-central-1" },
    ...{ recipientAccountId: "123456789012", sourceIPAddress: "203.0.113.9" },
    userIdentity: {
      ...{ type: "IAMUser", principalId: "AIDA", accountId: "123456789012", userName: "alice" },
      arn: "arn:aws:iam::123456789012:user/alice",
    },
    requestParameters: {
      groupId: "sg-1",
      ipPermissions: {
        items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }],
      },
    },
  },
};

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** A whole node on a free port of this machine, with its admin's client; every answer is held against the document. */
async function aNode() {
  const data = mkdtempSync(join(tmpdir(), "ephor-api-node-"));
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const config = must(parseConfig({}, { file: "defaults" }));
  const node = must(await startNode({ data, host: "127.0.0.1", port: 0, config, version: "0.0.0", log }));
  onTestFinished(async () => {
    await node.stop();
    rmSync(data, { recursive: true });
  });
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  const documented: string[] = [];
  const client = apiClient({
    ...{ url: node.url, token },
    async fetch(input, init) {
      const answer = await fetch(input, init);
      const asked = { method: init?.method ?? "GET", path: new URL(String(input)).pathname };
      await expectDocumented(answer.clone(), asked);
      documented.push(`${asked.method} ${asked.path}`);
      return answer;
    },
  });
  return { ...node, client, token, documented };
}

test("a running node answers every question of the API as it is documented", async () => {
  const { client, url, token, signInUrl, documented } = await aNode();
  expect(must(await client.sendEvents([OPENED, 7]))).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
  const finding = await vi.waitFor(async () => {
    const { items } = must(await client.listFindings({ resource: "sg-1" }));
    expect(items).toHaveLength(1);
    return items[0];
  });
  const id = finding?.id ?? "";
  expect(must(await client.showFinding(id)).timeline.length).toBeGreaterThan(0);
  const resolved = await client.transitionFinding(id, { to: "resolved", reason: "the rule is gone" });
  expect(must(resolved).status).toBe("resolved");

  const [execution] = must(await client.listExecutions({ limit: 1 })).items;
  expect(must(await client.showExecution(execution?.id ?? "")).workflow).toBe(execution?.workflow);
  expect(must(await client.listDeadLetters()).items).toEqual([]);
  const first = must(await client.listDetections({ limit: 2 }));
  const second = must(await client.listDetections({ limit: 2, cursor: first.cursor ?? undefined }));
  expect(new Set([...first.items, ...second.items].map((detection) => detection.id)).size).toBe(4);

  const note = await vi.waitFor(async () => must(await client.ledgerCheckpoint()));
  const size = Number(note.split("\n")[1]);
  expect(size).toBeGreaterThan(1);
  expect(must(await client.ledgerTile(`0/000.p/${size}`))).toHaveLength(size * 32);
  expect(must(await client.ledgerRecord(0)).checkpoint).toContain("\n");
  expect(must(await client.ledgerConsistency({ from: 1, to: size })).proof.length).toBeGreaterThan(0);
  const made = must(await client.createToken({ name: "ci", role: "viewer" }));
  expect(must(await client.listTokens()).items.map((one) => one.id)).toContain(made.id);
  expect(must(await client.revokeToken(made.id)).revokedAt).not.toBeNull();
  must(await client.createSignInLink({ role: "viewer", subject: "alice" }));
  expect(documented.length).toBeGreaterThan(15);

  for (const route of ROUTES.filter(({ method, path }) => method === "GET" && !path.includes("{"))) {
    if (route.path === "/v1/ledger/consistency") continue;
    const answer = await fetch(`${url}${route.path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status, route.path).toBe(200);
    await expectDocumented(answer, route);
  }
  const page = await fetch(`${url}/findings/${id}`, { headers: { authorization: `Bearer ${token}` } });
  expect(await page.text()).toContain("the rule is gone");
  expect((await fetch(`${url}/v1/findings`)).status).toBe(401);
  const newest = Number(must(await client.ledgerCheckpoint()).split("\n")[1]) - 1;
  expect(must(await client.ledgerRecord(newest)).record).toMatchObject({ did: "refused", status: "auth.missing" });
  const signedIn = await fetch(signInUrl ?? "", { method: "POST", redirect: "manual" });
  expect(signedIn.status).toBe(303);
});
