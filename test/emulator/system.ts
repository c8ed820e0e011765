import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type ApiClient, apiClient } from "@ephor/api/client";
import { until } from "../support/until.ts";
import { type Clients, CREDENTIALS, regionalClients } from "./clients.ts";
import { type Deployed, deployGraph } from "./deploy/deploy-graph.ts";
import { synthesise } from "./deploy/synthesise.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { startMinistack } from "./start-ministack.ts";
import { type WorkflowRuns, workflowRuns } from "./workflow-runs.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const HOME_REGION = "eu-central-1";
const SETTLED_SECONDS_MAX = 180;

/** Ephor as `sst deploy` would make it, in an emulator. */
export type System = {
  readonly deployed: Deployed;
  /** Of the emulator. */
  readonly endpoint: string;
  readonly clientsOf: (region: string) => Clients;
  /** Of the home Region. */
  readonly clients: Clients;
  /** `ephor-<stage>-<thing>`. */
  readonly nameOf: (thing: string) => string;
  readonly api: ApiClient;
  /** The API's address and an admin's token, for whom the client is not enough. */
  readonly url: string;
  readonly token: string;
  /** Between the functions and DynamoDB. */
  readonly faults: FaultProxy;
  /** The folder of lambda/bootstrap.mjs's switches. */
  readonly switches: string;
  readonly runs: WorkflowRuns;
  /** The URL of a queue. */
  readonly queueUrl: (thing: string) => string;
  /** Resolves when everything that was handed in is done, and all that followed from it. */
  readonly settled: () => Promise<void>;
  /** The table's items, or those of an index, as DynamoDB has them. */
  readonly items: (of?: { readonly index?: string }) => Promise<readonly Item[]>;
  /** Waits and delays of workflows take so much of their time: 0 passes at once, 1 is as deployed. */
  readonly scaleWaits: (factor: number) => Promise<void>;
  /** Functions take the time for so many minutes later from their next invocation on. */
  readonly setClock: (minutesAhead: number) => void;
  /** Whether the emulator's CloudTrail notes every call. */
  readonly recordCalls: (isOn: boolean) => Promise<void>;
  readonly logFile: string;
  readonly stop: () => Promise<void>;
};

type Item = Readonly<Record<string, unknown>>;

export async function deploySystem({ stage, config }: { stage: string; config: object }): Promise<System> {
  const graph = synthesise({ stage, config });
  const faults = await startFaultProxy();
  mkdirSync(join(ROOT, ".build/emulator"), { recursive: true });
  const switches = mkdtempSync(join(ROOT, ".build/emulator/switches-"));
  const ministack = await startMinistack({
    region: HOME_REGION,
    env: { AWS_ENDPOINT_URL_DYNAMODB: faults.endpoint, EMULATOR_SWITCHES: switches, LOG_LEVEL: "WARNING" },
  });
  faults.forwardTo(ministack.endpoint);
  const stop = async () => {
    await ministack.stop();
    await faults.stop();
    rmSync(switches, { recursive: true });
  };
  try {
    const { endpoint } = ministack;
    const deployed = await deployGraph(graph, { endpoint, region: HOME_REGION });
    const clientsOf = regionalClients(endpoint);
    const clients = clientsOf(HOME_REGION);
    const nameOf = (thing: string) => `ephor-${stage}-${thing}`;
    const url = `${endpoint}/_aws/execute-api/${deployed.outputsOf("Api")["id"]}/ephor`;
    const token = await firstToken({ url, clients, functionName: nameOf("sign-in-link") });
    const api = apiClient({ url, token });
    const runs = workflowRuns({ ...clients, nameOf });
    const configure = async (name: string, value: number | boolean) => {
      const body = JSON.stringify({ [name]: value });
      const { ok } = await fetch(`${endpoint}/_ministack/config`, { method: "POST", body });
      if (!ok) throw new Error(`the emulator does not change ${name}`);
    };
    const scaleWaits = (factor: number) => configure("stepfunctions._SFN_WAIT_SCALE", factor);
    const setClock = (minutesAhead: number) => {
      const file = join(switches, "clock");
      if (minutesAhead === 0) rmSync(file, { force: true });
      else writeFileSync(file, String(minutesAhead * 60_000));
    };
    const recordCalls = (isOn: boolean) => configure("cloudtrail._recording_enabled", isOn);
    const queueUrl = (thing: string) => `${endpoint}/${ministack.account}/${nameOf(thing)}`;
    const workedQueues = queuesOf(deployed).map((name) => `${endpoint}/${ministack.account}/${name}`);
    const watched = watch({ clients, runs, workedQueues, table: nameOf("ephor"), endpoint });
    return {
      ...{ deployed, endpoint, clientsOf, clients, nameOf, queueUrl, api, url, token, faults, switches },
      ...{ ...watched, runs, scaleWaits, setClock, recordCalls, logFile: ministack.logFile, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Entry = { readonly url: string; readonly clients: Clients; readonly functionName: string };

/** An admin's token, the way docs/deploy.md shows: a link that signs in once, a session, a token made in it. */
async function firstToken({ url, clients, functionName }: Entry): Promise<string> {
  const { Payload } = await clients.lambda.send(
    new InvokeCommand({ FunctionName: functionName, Qualifier: "live", Payload: "{}" }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString("utf8"));
  const link = typeof answer === "object" && answer !== null && "url" in answer ? String(answer.url) : "";
  const [secret] = link.split("/sign-in/").slice(1);
  if (secret === undefined) throw new Error(`the function sign-in-link answers ${JSON.stringify(answer)}`);
  const signedIn = await fetch(`${url}/sign-in/${secret}`, { method: "POST", redirect: "manual" });
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const page = await (await fetch(`${url}/findings`, { headers: { cookie } })).text();
  const [, csrf = ""] = /name="csrf" value="([^"]*)"/.exec(page) ?? [];
  const made = await fetch(`${url}/v1/tokens`, {
    method: "POST",
    headers: { cookie, "x-csrf-token": csrf, "content-type": "application/json" },
    body: JSON.stringify({ name: "emulator", role: "admin", days: 1 }),
  });
  const body: unknown = await made.json();
  if (typeof body === "object" && body !== null && "secret" in body) return String(body.secret);
  throw new Error(`no token was made: ${signedIn.status}, ${made.status} ${JSON.stringify(body)}`);
}

/** Names of the queues that functions read. */
const queuesOf = (deployed: Deployed): readonly string[] =>
  deployed
    .namesOf("aws:lambda/eventSourceMapping:EventSourceMapping")
    .map((name) => String(deployed.inputsOf(name)["eventSourceArn"]))
    .flatMap((arn) => (arn.split(":")[2] === "sqs" ? [arn.split(":").at(-1) ?? ""] : []));

type Watched = Pick<System, "clients" | "runs"> & {
  readonly workedQueues: readonly string[];
  readonly table: string;
  readonly endpoint: string;
};

function watch({ clients, runs, workedQueues, table, endpoint }: Watched) {
  // Not by way of the faults.
  const dynamodb = new DynamoDBClient({ endpoint, region: HOME_REGION, credentials: CREDENTIALS });

  async function waiting(): Promise<number> {
    const counts = await Promise.all(
      workedQueues.map(async (QueueUrl) => {
        const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
        const { Attributes: told = {} } = await clients.sqs.send(asked);
        return Number(told["ApproximateNumberOfMessages"]) + Number(told["ApproximateNumberOfMessagesNotVisible"]);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async function items({ index }: { readonly index?: string } = {}) {
    const found: Item[] = [];
    const query = { TableName: table, ...(index === undefined ? {} : { IndexName: index }) };
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, query)) found.push(...Items);
    return found;
  }

  /** Records without their place in the log, effects that are not carried out. */
  async function due(): Promise<number> {
    const all = await items({ index: "due" });
    return all.filter((item) => /#(?:\$pending|effect)$/.test(textOf(item["duePk"]))).length;
  }

  async function settled(): Promise<void> {
    let told = "";
    const isQuiet = async () => {
      const counts = { waiting: await waiting(), running: await runs.running(), due: await due() };
      told = JSON.stringify(counts);
      return Object.values(counts).every((count) => count === 0);
    };
    const isQuietTwice = async () => {
      if ((await isQuiet()) && (await isQuiet())) return true;
      await pause(150);
      return false;
    };
    await until("all to be done", isQuietTwice, { seconds: SETTLED_SECONDS_MAX, state: () => told });
  }
  return { settled, items };
}

const textOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "S" in value ? String(value.S) : "";
