import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { type ApiClient, apiClient } from "@ephor/api/client";
import type { JsonObject } from "@ephor/domain/json";
import { adminTokenIn } from "@ephor/node/data-folder";
import { victimClients } from "../emulator/remediations/victim-clients.ts";
import { type Moto, startMoto } from "../emulator/start-moto.ts";
import { type NodeProcess, startEphor } from "../support/ephor-process.ts";
import { until } from "../support/until.ts";
import { writeAccountFile } from "./account-file.ts";
import { type OpenApproval, openApprovals } from "./approval-pages.ts";
import { ACCOUNT, type Act, careless, imagined, REGION } from "./careless-account.ts";
import { oneLine } from "./one-line.ts";
import { EXTERNAL_ID_VARIABLE, ROLE_ARN, sandboxConfig } from "./sandbox-config.ts";

type Started = { readonly port: number; readonly data: string | undefined };

const EXTERNAL_ID = "between-the-sandbox-and-its-account";
const ASKED_SECONDS_MAX = 60;

/** A node and a careless account that it may change. */
export type Sandbox = {
  /** What was done; empty where there is no account. */
  readonly acts: readonly Act[];
  /** Why there is no account, where there is none: then the node only plans. */
  readonly unreachable: string | undefined;
  readonly node: NodeProcess;
  readonly client: ApiClient;
  readonly data: string;
  /** Where the account answers, and the file by which `--look` finds it; empty where there is none. */
  readonly endpoint: string;
  readonly accountFile: string;
  readonly approvals: () => Promise<readonly OpenApproval[]>;
  /** Ends the node and the account, and removes what they kept. */
  readonly stop: () => Promise<void>;
};

/** `data`: where the node keeps what it has, a folder that is not there yet; one of its own unless told. */
export async function startSandbox({ port, data: given }: Started): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), "ephor-sandbox-"));
  const stops: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const victim = await account();
    if (!("unreachable" in victim)) stops.push(victim.moto.stop);
    const unreachable = "unreachable" in victim ? victim.unreachable : undefined;
    const config = join(folder, "ephor.config.json");
    writeFileSync(config, JSON.stringify(sandboxConfig({ isReachable: unreachable === undefined }), null, 2));
    const data = given ?? join(folder, "data");
    stops.push(async () => rmSync(data, { recursive: true, force: true }));
    const node = await startEphor({ data, port, config }, { env: environmentFor(victim) });
    stops.push(node.stop);
    const client = apiClient({ url: node.url, token: readFileSync(adminTokenIn(data), "utf8").trim() });
    const acts = "unreachable" in victim ? [] : victim.acts;
    await tell(client, unreachable === undefined ? acts.map(({ record }) => record) : imagined());
    const endpoint = "unreachable" in victim ? "" : victim.moto.endpoint;
    const accountFile = endpoint === "" ? "" : join(folder, "account.json");
    if (accountFile !== "") writeAccountFile(accountFile, { endpoint, acts: [...acts] });
    const approvals = () => openApprovals({ client, url: node.url, data });
    if (unreachable === undefined) await asked(acts.length, { approvals, node });
    return { acts, unreachable, node, client, data, endpoint, accountFile, approvals, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Account = { readonly moto: Moto; readonly acts: readonly Act[] } | { readonly unreachable: string };

async function account(): Promise<Account> {
  let moto: Moto;
  try {
    moto = await startMoto();
  } catch (error) {
    return { unreachable: oneLine(error) };
  }
  const clients = victimClients({ endpoint: moto.endpoint, region: REGION });
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const Statement = [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const RoleName = ROLE_ARN.split("/").at(-1) ?? "";
  await clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return { moto, acts: await careless(clients) };
}

/** What a node is given to reach an account of its own: an SDK's variables, and the role's external id. */
function environmentFor(victim: Account): Readonly<Record<string, string>> {
  const { PATH = "", HOME = "" } = process.env;
  const always = { PATH, HOME, AWS_EC2_METADATA_DISABLED: "true" };
  if ("unreachable" in victim) return always;
  const { endpoint } = victim.moto;
  return {
    ...always,
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    [EXTERNAL_ID_VARIABLE]: EXTERNAL_ID,
  };
}

async function tell(client: ApiClient, records: readonly JsonObject[]): Promise<void> {
  const sent = await client.sendEvents(records);
  if (!sent.ok) throw new Error(sent.error.message);
  const [refused] = sent.value.rejected;
  if (refused !== undefined) throw new Error(`event ${refused.index} was refused: ${refused.reason}`);
}

async function asked(count: number, { approvals, node }: Pick<Sandbox, "approvals" | "node">): Promise<void> {
  await until("approvals to be open", async () => (await approvals()).length >= count, {
    seconds: ASKED_SECONDS_MAX,
    state: () => node.stderr().slice(-2_000),
  });
}
