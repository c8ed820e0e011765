import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FUNCTIONS } from "../../functions/functions.ts";
import { startWire, type Wire } from "../contract/aws-wire.ts";
import { bundleAll, environmentFor, LAMBDA } from "./bundled.ts";

const RUN = `
  const { handler } = await import(process.argv[1]);
  const payload = { v: 1, event: { ref: { tenant: "default", id: "inb_gone" } } };
  await handler(payload, { awsRequestId: "r", functionName: "f", invokedFunctionArn: "a", memoryLimitInMB: "512" }).catch((error) => console.log(error.name));
`;
/** The example of X-Ray's documentation. */
const TRACE = "1-5759e988-bd862e3fe1be46a994272793";

let folder = "";
let wire: Wire;
beforeAll(async () => {
  folder = (await bundleAll(FUNCTIONS.filter(({ name }) => name === "evaluate-detections"))).folder;
  wire = await startWire();
  wire.answers.push(() => ({
    status: 404,
    headers: { "content-type": "application/xml" },
    body: "<Error><Code>NoSuchKey</Code></Error>",
  }));
}, 120_000);
afterAll(async () => {
  await wire.close();
  rmSync(folder, { recursive: true });
});

test("a traced invocation tells X-Ray of itself and how it failed", async () => {
  const daemon = createSocket("udp4");
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");
  const heard = once(daemon, "message");
  const env = {
    ...{ ...LAMBDA, ...environmentFor(["EPHOR_VERSION", "EPHOR_CONFIG", "EPHOR_BUCKET"]) },
    ...{ AWS_ENDPOINT_URL: wire.endpoint, POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
    ...{
      _HANDLER: "index.handler",
      LAMBDA_TASK_ROOT: "/var/task",
      _X_AMZN_TRACE_ID: `Root=${TRACE};Parent=53995c3f42cd8ad8;Sampled=1`,
    },
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
  };
  const file = join(folder, "evaluate-detections", "index.mjs");
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", RUN, file], { env, cwd: tmpdir() });
  const [bytes] = await heard;
  daemon.close();
  expect(stdout.trim()).toBe("event.malformed");
  expect(JSON.parse(String(bytes).split("\n").at(-1) ?? "")).toMatchObject({
    ...{ name: "## index.handler", trace_id: TRACE, fault: true },
    cause: { exceptions: [{ type: "event.malformed" }] },
  });
});
