import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiClient } from "@ephor/api/client";
import { parseConfig } from "@ephor/domain/config/parse-config";
import type { Json } from "@ephor/domain/json";
import type { Result } from "@ephor/domain/result";
import { startNode } from "@ephor/node/start-node";
import { onTestFinished } from "vitest";
import { ephor } from "../support/ephor-cli.ts";
import { expectDocumented } from "./documented.ts";

/** One management event that a shipped detection answers. */
export const OPENED = {
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

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** A folder of its own for one test. */
export function aDataFolder(): string {
  const data = mkdtempSync(join(tmpdir(), "ephor-api-node-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  return data;
}

/** A whole node on a free port of this machine, with its admin's client; every answer is held against the document. */
export async function aNode({ config: given = {}, data = aDataFolder() }: { config?: Json; data?: string } = {}) {
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const config = must(parseConfig(given, { file: "defaults" }));
  const node = must(await startNode({ data, host: "127.0.0.1", port: 0, config, version: "0.0.0", log }));
  let stopped: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => {
    stopped ??= node.stop();
    await stopped;
  };
  onTestFinished(stop);
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  const documented: string[] = [];
  const clientWith = (token: string) =>
    apiClient({
      ...{ url: node.url, token },
      async fetch(input, init) {
        const answer = await fetch(input, init);
        const asked = { method: init?.method ?? "GET", path: new URL(String(input)).pathname };
        await expectDocumented(answer.clone(), asked);
        documented.push(`${asked.method} ${asked.path}`);
        return answer;
      },
    });
  const env = { EPHOR_URL: node.url, EPHOR_DATA: data };
  return {
    ...{ ...node, stop, data, token, documented, client: clientWith(token), clientWith },
    /** Runs a command of the CLI with the admin's token. */
    ephor: (...args: readonly string[]) => ephor(args, { env }),
  };
}
