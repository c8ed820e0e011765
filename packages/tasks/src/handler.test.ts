import { EphorException, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import { beforeEach, expect, test, vi } from "vitest";
import { makeHandler } from "./handler.ts";
import { instrumentsFor } from "./instruments.ts";

const context = {
  awsRequestId: "request-1",
  functionName: "ephor-try",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:ephor-try",
  memoryLimitInMB: "128",
};
const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "true");
  lines.length = 0;
});

/** A handler around `run`, whose log lines are kept. */
function handlerOf(run: (d: { n: number }, payload: Json) => Promise<Result<Json>>, deps = async () => ({ n: 1 })) {
  const instruments = instrumentsFor({ name: "try", version: "1" });
  const keep = (text: string) => void lines.push(JSON.parse(text));
  Reflect.set(instruments.logger, "console", { debug: keep, info: keep, warn: keep, error: keep });
  return { ...instruments, handler: makeHandler({ name: "try", task: { run }, deps }, instruments) };
}

test("what a task answers is the result", async () => {
  const { handler } = handlerOf(async ({ n }, payload) => ok({ n, payload }));
  expect(await handler({ v: 1 }, context)).toEqual({ n: 1, payload: { v: 1 } });
});

test("an error is thrown under its code, without what caused it and without secrets", async () => {
  const cause = new Error("inner");
  const { handler } = handlerOf(async () =>
    err(ephorError("store.throttled", "busy: AKIAIOSFODNN7EXAMPLE", { cause })),
  );
  const thrown: unknown = await handler({}, context).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: "store.throttled" });
  expect(String(thrown)).not.toContain("AKIAIOSFODNN7EXAMPLE");
  expect(thrown).not.toHaveProperty("cause");
});

test("an exception keeps its code, a bug is internal and told in the log alone", async () => {
  const known = handlerOf(async () => {
    throw new EphorException(ephorError("store.unavailable", "no answer"));
  });
  await expect(known.handler({}, context)).rejects.toMatchObject({ name: "store.unavailable", message: "no answer" });
  const broken = handlerOf(async () => {
    throw new TypeError("x is undefined");
  });
  await expect(broken.handler({}, context)).rejects.toMatchObject({ name: "internal" });
  const [line] = lines.filter(({ message }) => message === "task.broke");
  expect(line).toMatchObject({ level: "ERROR", task: "try", function: "try", version: "1" });
  expect(JSON.stringify(line)).toContain("x is undefined");
});

test("log lines carry the payload's correlation id, and no other payload's", async () => {
  const { handler, log } = handlerOf(async () => {
    log.info("node.started");
    return ok(null);
  });
  await handler({ correlationId: "corr-12345678" }, context);
  await handler({ correlationId: "bad id\nwith a line" }, context);
  expect(lines.map((line) => line["correlation_id"])).toEqual(["corr-12345678", undefined]);
  expect(lines[0]).toMatchObject({ function_request_id: "request-1" });
});

test("dependencies are asked for once, and again only where that failed", async () => {
  const deps = vi
    .fn<() => Promise<{ n: number }>>()
    .mockRejectedValueOnce(new EphorException(ephorError("aws.unavailable", "KMS failed")))
    .mockResolvedValue({ n: 2 });
  const { handler } = handlerOf(async ({ n }) => ok(n), deps);
  await expect(handler({}, context)).rejects.toMatchObject({ name: "aws.unavailable" });
  expect(await handler({}, context)).toBe(2);
  expect(await handler({}, context)).toBe(2);
  expect(deps).toHaveBeenCalledTimes(2);
});
