import { readFileSync } from "node:fs";
import { join } from "node:path";
import { adminTokenIn, databaseIn } from "@ephor/node/data-folder";
import { ephor, type Said } from "../support/ephor-cli.ts";
import { type NodeProcess, startEphor } from "../support/ephor-process.ts";
import { readDueKeys } from "../support/store-rows.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** A node in a process of its own, on a data folder and a free port of its own. */
export type TestNode = {
  readonly process: NodeProcess;
  readonly folder: string;
  readonly data: string;
  readonly database: string;
  /** Runs a command of the CLI against this node. */
  readonly ephor: (args: readonly string[], of?: { stdin?: string }) => Promise<Said>;
  /** Runs a command that must succeed and gives the JSON it prints. */
  readonly told: (args: readonly string[], of?: { stdin?: string }) => Promise<unknown>;
  /** The header that the admin of this node sends. */
  readonly authorized: { readonly authorization: string };
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Resolves when every accepted event and all that follows from it is done. */
  readonly settled: () => Promise<unknown>;
  /** Ends the node and removes what it left. */
  readonly end: () => Promise<void>;
};

export async function runningNode({ config }: { config?: string } = {}): Promise<TestNode> {
  const folder = tempFolder();
  const data = join(folder.path, "data");
  const database = databaseIn(data);
  const process = await startEphor({ data, ...(config === undefined ? {} : { config }) });
  const env = { EPHOR_URL: process.url, EPHOR_DATA: data };
  const authorized = { authorization: `Bearer ${readFileSync(adminTokenIn(data), "utf8").trim()}` };
  const run = (args: readonly string[], of: { stdin?: string } = {}) => ephor(args, { ...of, env });
  return {
    ...{ process, folder: folder.path, data, database, authorized, ephor: run },
    told: async (args, of) => {
      const { code, stdout, stderr } = await run(args, of);
      if (code !== 0) throw new Error(`ephor ${args.join(" ")} gave ${code}: ${stderr}${stdout}`);
      return JSON.parse(stdout);
    },
    fetch: (path, init) => fetch(`${process.url}${path}`, { ...init, headers: { ...authorized, ...init?.headers } }),
    settled: () => until("nothing to be left to do", () => readDueKeys(database).length === 0),
    end: async () => {
      process.kill("SIGTERM");
      await process.ended;
      folder.remove();
    },
  };
}
