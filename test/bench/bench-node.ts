import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@ephor/app/ports";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { startNode } from "@ephor/node/start-node";

export type BenchNode = {
  readonly url: string;
  /** The admin's. */
  readonly token: string;
  post(path: string, of: { readonly body: object; readonly secret?: string }): Promise<unknown>;
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
};

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A node in this process with a store of its own. */
export async function benchNode(settings: object): Promise<BenchNode> {
  const config = parseConfig(settings, { file: "bench" });
  if (!config.ok) throw new Error(config.error.message);
  const data = mkdtempSync(join(tmpdir(), "ephor-bench-"));
  const node = await startNode({
    ...{ data, host: "127.0.0.1", port: 0, config: config.value, version: "bench", log: quiet },
  });
  if (!node.ok) throw new Error(node.error.message);
  const { url } = node.value;
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  const call = async (path: string, { secret = token, ...init }: RequestInit & { secret?: string }) => {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    url,
    token,
    post: (path, { body, ...of }) => call(path, { method: "POST", body: JSON.stringify(body), ...of }),
    get: (path) => call(path, {}),
    stop: async () => {
      await node.value.stop();
      rmSync(data, { recursive: true });
    },
  };
}
