import { createHash } from "node:crypto";
import type { Blobs } from "@ephor/app/ports";
import { s3Client, sqsClient } from "@ephor/aws/clients";
import { eventbridgeClient } from "@ephor/aws/eventbridge/client";
import { putEvent } from "@ephor/aws/eventbridge/put-event";
import { s3Blobs } from "@ephor/aws/s3/blobs";
import { sfnClient } from "@ephor/aws/sfn/client";
import { sfnExecutions } from "@ephor/aws/sfn/executions";
import { readHistory } from "@ephor/aws/sfn/read-history";
import { sfnTaskTokens } from "@ephor/aws/sfn/task-tokens";
import { sqsInbox } from "@ephor/aws/sqs/inbox";
import type { JsonObject } from "@ephor/domain/json";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { givenFor, jsonOf, refusal, startWire, type Wire, type WireRequest } from "./aws-wire.ts";
import { testClock, testRandom } from "./support/store-subjects.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());
beforeEach(() => {
  wire.requests.length = 0;
  wire.answers.length = 0;
});

const call = { random: testRandom, wait: async () => undefined };
const sentJson = () => wire.requests.map((request) => ({ operation: request.operation, ...jsonOf(request) }));

describe("executions", () => {
  const arn = "arn:aws:states:eu-central-1:111122223333:stateMachine:respond:live";
  const executions = () =>
    sfnExecutions({ ...call, client: sfnClient(givenFor(wire)), arns: new Map([["respond", arn]]) });
  const start = (more: object = {}) =>
    executions().start({
      ...{ tenant, workflow: "respond", name: "respond-fnd_1-1", input: { n: 1 }, correlationId: "c-12345678" },
      ...more,
    });

  test("are started under their name with their input", async () => {
    wire.answers.push(() => ({ body: { executionArn: `${arn}:x`, startDate: 1 } }));
    expect(await start()).toEqual({ ok: true, value: { id: `${arn}:x` } });
    expect(sentJson()).toEqual([
      { operation: "StartExecution", stateMachineArn: arn, name: "respond-fnd_1-1", input: '{"n":1}' },
    ]);
  });

  test.each([
    ["ExecutionAlreadyExists", "execution.already-exists"],
    ["StateMachineDoesNotExist", "workflow.not-found"],
    ["InvalidName", "workflow.invalid"],
    ["InvalidExecutionInput", "workflow.invalid"],
    ["AccessDeniedException", "workflow.invalid"],
  ])("%s is the value %s and is not tried again", async (name, code) => {
    wire.answers.push(() => refusal(name));
    expect(await start()).toMatchObject({ ok: false, error: { code } });
    expect(wire.requests.length).toBe(1);
  });

  test("an unknown workflow and an input over 256 KiB are refused before a call", async () => {
    expect(await start({ workflow: "nobody" })).toMatchObject({ ok: false, error: { code: "workflow.not-found" } });
    const large = await start({ input: "x".repeat(262_143) });
    expect(large).toMatchObject({ ok: false, error: { code: "workflow.invalid", path: "/input" } });
    expect(wire.requests.length).toBe(0);
  });

  test("a throttled or failing call is made again, and is an error by name in the end", async () => {
    wire.answers.push(
      () => refusal("ThrottlingException"),
      () => refusal("Oops", 500),
      () => ({ body: { executionArn: "a" } }),
    );
    expect((await start()).ok).toBe(true);
    expect(wire.requests.length).toBe(3);
    wire.answers.splice(0, 9, () => refusal("ThrottlingException"));
    await expect(start()).rejects.toMatchObject({ name: "aws.throttled" });
    wire.answers.splice(0, 9, () => refusal("InternalFailure", 500));
    await expect(start()).rejects.toMatchObject({ name: "aws.unavailable" });
    expect(wire.requests.length).toBe(3 + 6 + 6);
  });
});

describe("histories", () => {
  const history = () => readHistory({ ...call, client: sfnClient(givenFor(wire)) }, "arn:aws:states:execution:1");

  test("are read to their end, with times as text", async () => {
    wire.answers.push(
      () => ({ body: { events: [{ timestamp: 1_700_000_000, type: "ExecutionStarted", id: 1 }], nextToken: "n" } }),
      () => ({ body: { events: [{ timestamp: 1_700_000_001, type: "ExecutionSucceeded", id: 2 }] } }),
    );
    expect(await history()).toEqual([
      { timestamp: "2023-11-14T22:13:20.000Z", type: "ExecutionStarted", id: 1 },
      { timestamp: "2023-11-14T22:13:21.000Z", type: "ExecutionSucceeded", id: 2 },
    ]);
    expect(sentJson()[1]).toMatchObject({ nextToken: "n", maxResults: 1_000 });
  });

  test("of an execution that Step Functions keeps no more are empty", async () => {
    wire.answers.push(() => refusal("ExecutionDoesNotExist"));
    expect(await history()).toEqual([]);
  });
});

describe("task tokens", () => {
  const tokens = () => sfnTaskTokens({ ...call, client: sfnClient(givenFor(wire)) });

  test("are answered with success, failure and heartbeats", async () => {
    wire.answers.push(() => ({ body: {} }));
    await tokens().succeed({ tenant, token: "t", output: { ok: true } });
    await tokens().fail({ tenant, token: "t", error: "e".repeat(300), cause: "c".repeat(40_000) });
    await tokens().heartbeat({ tenant, token: "t" });
    expect(sentJson()).toEqual([
      { operation: "SendTaskSuccess", taskToken: "t", output: '{"ok":true}' },
      { operation: "SendTaskFailure", taskToken: "t", error: "e".repeat(256), cause: "c".repeat(32_768) },
      { operation: "SendTaskHeartbeat", taskToken: "t" },
    ]);
  });

  test.each([
    ["TaskDoesNotExist", "task.does-not-exist"],
    ["InvalidToken", "task.does-not-exist"],
    ["TaskTimedOut", "task.timed-out"],
  ])("%s is the value %s", async (name, code) => {
    wire.answers.push(() => refusal(name));
    expect(await tokens().succeed({ tenant, token: "t", output: 1 })).toMatchObject({ ok: false, error: { code } });
  });
});

describe("blobs", () => {
  const clock = testClock();
  const blobs = () =>
    s3Blobs({ ...call, client: s3Client(givenFor(wire)), bucket: "evidence", key: "arn:aws:kms:k", clock });
  const missing = {
    status: 404,
    headers: { "content-type": "application/xml" },
    body: "<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>",
  };

  test("what expires lies under tmp/, encrypted with the stage's key", async () => {
    wire.answers.push(() => ({ headers: { etag: '"e"' } }));
    await blobs().put({ tenant, id: "inb_../1", bytes: Buffer.from("text"), expiresAt: 1_900_000_100 });
    await blobs().put({ tenant, id: "inb_2", bytes: Buffer.from("text") });
    expect(wire.requests.map(({ path }) => path.split("?")[0])).toEqual([
      "/evidence/tmp/blobs/default/inb_..%252F1",
      "/evidence/blobs/default/inb_2",
    ]);
    const [first] = wire.requests;
    expect(first?.headers).toMatchObject({
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:k",
      "x-amz-server-side-encryption-bucket-key-enabled": "true",
      "x-amz-meta-expires-at": "1900000100",
    });
    expect(first?.body.toString()).toBe("text");
  });

  test("are found where they lie, and not once they expired", async () => {
    const stored = { headers: { "x-amz-meta-expires-at": "1900000100" }, body: "text" };
    wire.answers.push(() => stored);
    expect(Buffer.from((await blobs().get({ tenant, id: "a" })) ?? []).toString()).toBe("text");
    wire.answers.splice(
      0,
      9,
      () => missing,
      () => ({ body: "lasting" }),
    );
    expect(Buffer.from((await blobs().get({ tenant, id: "a" })) ?? []).toString()).toBe("lasting");
    wire.answers.splice(0, 9, () => missing);
    expect(await blobs().get({ tenant, id: "a" })).toBeUndefined();
    clock.nowSeconds = 1_900_000_100;
    wire.answers.splice(
      0,
      9,
      () => stored,
      () => missing,
    );
    expect(await blobs().get({ tenant, id: "a" })).toBeUndefined();
  });

  test("a busy bucket is the store's error by name", async () => {
    const busy = {
      status: 503,
      headers: { "content-type": "application/xml" },
      body: "<Error><Code>SlowDown</Code></Error>",
    };
    wire.answers.push(() => busy);
    await expect(blobs().get({ tenant, id: "a" })).rejects.toMatchObject({ name: "store.throttled" });
    await expect(blobs().put({ tenant, id: "", bytes: Buffer.from("x") })).rejects.toMatchObject({
      name: "store.invalid",
    });
  });
});

describe("inbox", () => {
  const putBlobs: { id: string; bytes: number; expiresAt: number | undefined }[] = [];
  const blobs: Blobs = {
    put: async ({ id, bytes, expiresAt }) => void putBlobs.push({ id, bytes: bytes.length, expiresAt }),
    get: async () => undefined,
  };
  const own: JsonObject[] = [];
  const inbox = () =>
    sqsInbox({
      ...{ ...call, client: sqsClient(givenFor(wire)), queueUrl: `${wire.endpoint}/111122223333/inbox`, blobs },
      ...{ clock: testClock(), putOwnEvent: async (envelope) => void own.push(envelope) },
    });
  const sent = (request: WireRequest) => ({
    body: {
      MessageId: "m",
      MD5OfMessageBody: createHash("md5")
        .update(String(jsonOf(request)["MessageBody"]))
        .digest("hex"),
    },
  });
  const accept = (envelope: JsonObject, more: { again?: string } = {}) =>
    inbox().accept({ tenant, envelope, correlationId: "c-12345678", ...more });
  const messages = () => wire.requests.map((request) => JSON.parse(String(jsonOf(request)["MessageBody"])));

  test("an event is accepted once SQS has stored it", async () => {
    wire.answers.push(sent);
    const event = { id: "1", source: "aws.s3", detail: {} };
    const accepted = await accept(event);
    expect(accepted).toMatchObject({ ok: true, value: { isNew: true } });
    const id = accepted.ok ? accepted.value.id : "";
    expect(messages()).toEqual([{ v: 1, tenant, id, event, correlationId: "c-12345678" }]);
    const again = await accept(event, { again: "redrive 1" });
    expect(again.ok && again.value.id).not.toBe(id);
    wire.answers.splice(0, 9, () => refusal("InternalFailure", 500));
    await expect(accept(event)).rejects.toMatchObject({ name: "aws.unavailable" });
  });

  test("an event over 240 KiB goes by reference, one over 5 MB is refused", async () => {
    wire.answers.push(sent);
    const large = { id: "2", source: "aws.s3", detail: { text: "x".repeat(250_000) } };
    const accepted = await accept(large);
    const id = accepted.ok ? accepted.value.id : "";
    expect(messages()).toEqual([{ v: 1, tenant, id, event: { ref: { tenant, id } }, correlationId: "c-12345678" }]);
    const expiresAt = 1_900_000_000 + 15 * 86_400;
    expect(putBlobs).toEqual([{ id, bytes: JSON.stringify(large).length, expiresAt }]);
    const huge = await accept({ source: "aws.s3", detail: { text: "x".repeat(5 * 1024 * 1024) } });
    expect(huge).toMatchObject({ ok: false, error: { code: "input.too-large" } });
    expect(wire.requests.length).toBe(1);
  });

  test("Ephor's own events go to the bus and not to the queue", async () => {
    expect((await accept({ source: "ephor", detail: { id: "x" } })).ok).toBe(true);
    expect(own).toEqual([{ source: "ephor", detail: { id: "x" } }]);
    const large = await accept({ source: "ephor", detail: { text: "x".repeat(250_000) } });
    expect(large).toMatchObject({ ok: false, error: { code: "input.too-large" } });
    expect(wire.requests.length).toBe(0);
  });
});

describe("events of Ephor's own", () => {
  const put = () =>
    putEvent(
      { ...call, client: eventbridgeClient(givenFor(wire)), bus: "ephor" },
      {
        source: "ephor",
        "detail-type": "Gate Result",
        time: "2026-01-02T03:04:05Z",
        detail: { id: "g" },
        resources: ["a"],
      },
    );

  test("are put on the bus, and again where the entry failed for now", async () => {
    wire.answers.push(
      () => ({ body: { FailedEntryCount: 1, Entries: [{ ErrorCode: "ThrottlingException" }] } }),
      () => ({ body: { FailedEntryCount: 0, Entries: [{ EventId: "e" }] } }),
    );
    await put();
    const entry = { EventBusName: "ephor", Source: "ephor", DetailType: "Gate Result", Detail: '{"id":"g"}' };
    const Entries = [{ ...entry, Time: Date.parse("2026-01-02T03:04:05Z") / 1000, Resources: ["a"] }];
    expect(sentJson()).toEqual([
      { operation: "PutEvents", Entries },
      { operation: "PutEvents", Entries },
    ]);
  });

  test("an entry that is refused is an error and not lost in silence", async () => {
    wire.answers.push(() => ({
      body: { FailedEntryCount: 1, Entries: [{ ErrorCode: "NotAuthorizedForSourceException" }] },
    }));
    await expect(put()).rejects.toMatchObject({ name: "aws.unavailable" });
    expect(wire.requests.length).toBe(1);
  });
});
