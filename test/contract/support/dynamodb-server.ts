import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CLIENT_LIMITS } from "@ephor/aws/dynamodb/call-dynamodb";
import { tableDefinition } from "@ephor/aws/dynamodb/table-definition";

/** A DynamoDB of one test file, on a loopback port of its own. */
export type DynamodbServer = { readonly endpoint: string; stop(): Promise<void> };

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const DYNOXIDE = join(ROOT, "node_modules/@dynoxide", `${process.platform}-${process.arch}`, "dynoxide");
const POM = fileURLToPath(new URL("dynamodb-local", import.meta.url));
const LOCAL = join(ROOT, ".build/dynamodb-local");
const STARTS_MAX = 300;

/** Undefined where there is no binary for the platform. */
export async function startDynoxide(): Promise<DynamodbServer | undefined> {
  if (!existsSync(DYNOXIDE)) return undefined;
  return start((port) => ({ command: DYNOXIDE, args: ["serve", "--port", String(port)] }));
}

/** Fetches Amazon's own by Maven into .build where it is not there yet: once, before test files run side by side. */
export function installDynamodbLocal(): void {
  if (existsSync(join(LOCAL, "DynamoDBLocal-2.6.1.jar"))) return;
  execFileSync("mvn", ["-q", "-f", POM, "dependency:copy-dependencies", `-DoutputDirectory=${LOCAL}`]);
}

/** Amazon's own (`installDynamodbLocal`). */
export async function startDynamodbLocal(): Promise<DynamodbServer> {
  const main = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner";
  const java = [`-Djava.library.path=${LOCAL}`, `-Dsqlite4java.library.path=${LOCAL}`, "-cp", `${LOCAL}/*`, main];
  return start((port) => ({
    command: "java",
    args: [...java, "-inMemory", "-port", String(port), "-disableTelemetry"],
  }));
}

export function clientFor(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new DynamoDBClient({ endpoint, region: "us-east-1", credentials, ...CLIENT_LIMITS });
}

export async function createTable(client: DynamoDBClient, name: string): Promise<string> {
  await client.send(new CreateTableCommand(tableDefinition(name)));
  return name;
}

async function start(
  commandFor: (port: number) => { command: string; args: readonly string[] },
): Promise<DynamodbServer> {
  const port = await freePort();
  const { command, args } = commandFor(port);
  const child = spawn(command, args, { stdio: "ignore" });
  const exited = once(child, "exit");
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswering(endpoint, () => child.exitCode !== null);
  return {
    endpoint,
    async stop() {
      child.kill();
      await exited;
    },
  };
}

async function untilAnswering(endpoint: string, hasEnded: () => boolean): Promise<void> {
  const client = clientFor(endpoint);
  for (let attempt = 0; attempt < STARTS_MAX && !hasEnded(); attempt++) {
    const isUp = await client.send(new ListTablesCommand({})).then(
      () => true,
      () => false,
    );
    if (isUp) return client.destroy();
    await delay(50);
  }
  throw new Error(`no DynamoDB answers at ${endpoint}`);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
