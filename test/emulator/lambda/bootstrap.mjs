/*
 * The loop of a custom runtime (Lambda Developer Guide, "Building a custom runtime") around a function's own bundle: what
 * Lambda's Node runtime does for it, no more. MiniStack names every error of its own Node runtime
 * `Runtime.HandlerError`, so no workflow could catch one by its name; here an error keeps it, as on AWS.
 *
 * EMULATOR_SWITCHES names a folder of faults: a file `<function>.<before|after>.<anything>` there is taken by one
 * invocation, whose process then dies, before its handler or after it and unanswered. A file `clock` there holds by how many
 * milliseconds `Date.now` is ahead, for as long as it lies there: signatures keep the true time.
 */
import { readdirSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";

const { AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_FUNCTION_NAME = "", EMULATOR_SWITCHES, _HANDLER } = process.env;
const API = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs24.x";

const post = (path, value) =>
  fetch(`${API}/${path}`, {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "content-type": "application/json" },
  });

const told = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, stackTrace: (error.stack ?? "").split("\n").slice(1) }
    : { errorType: typeof error, errorMessage: String(error), stackTrace: [] };

function dieWhereAsked(moment) {
  if (EMULATOR_SWITCHES === undefined) return;
  for (const file of readdirSync(EMULATOR_SWITCHES)) {
    if (!file.startsWith(`${AWS_LAMBDA_FUNCTION_NAME}.${moment}.`)) continue;
    try {
      unlinkSync(join(EMULATOR_SWITCHES, file));
    } catch {
      continue; // Another invocation took it.
    }
    process.kill(process.pid, "SIGKILL");
  }
}

const trueNow = Date.now;
function setClock() {
  const file = join(EMULATOR_SWITCHES ?? "", "clock");
  let aheadMs = 0;
  try {
    if (EMULATOR_SWITCHES !== undefined) aheadMs = Number(readFileSync(file, "utf8"));
  } catch {
    // There is none.
  }
  Date.now = () => trueNow() + aheadMs;
}

async function serve(handler) {
  for (;;) {
    const next = await fetch(`${API}/invocation/next`);
    const requestId = next.headers.get("lambda-runtime-aws-request-id");
    if (requestId === null) return;
    const deadlineMs = Number(next.headers.get("lambda-runtime-deadline-ms"));
    const trace = next.headers.get("lambda-runtime-trace-id");
    if (trace !== null) process.env._X_AMZN_TRACE_ID = trace;
    const context = {
      awsRequestId: requestId,
      functionName: AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      invokedFunctionArn: next.headers.get("lambda-runtime-invoked-function-arn") ?? "",
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      getRemainingTimeInMillis: () => deadlineMs - trueNow(),
    };
    const event = await next.json();
    setClock();
    dieWhereAsked("before");
    try {
      const answer = await handler(event, context);
      dieWhereAsked("after");
      await post(`invocation/${requestId}/response`, answer ?? null);
    } catch (error) {
      await post(`invocation/${requestId}/error`, told(error));
    }
  }
}

const [file, name] = _HANDLER.split(".");
let bundle;
try {
  bundle = await import(`./${file}.mjs`);
} catch (error) {
  await post("init/error", told(error));
  process.exit(1);
}
await serve(bundle[name]);
