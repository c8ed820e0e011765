import { createHash, generateKeyPairSync, sign as signWith } from "node:crypto";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { apiTokens } from "@ephor/app/api-tokens";
import { dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { dynamodbLedger } from "@ephor/aws/dynamodb/ledger-store";
import { ACCOUNT, apiCall } from "@ephor/detections/cases/cloudtrail-event";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { openCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { verifierKey } from "@ephor/domain/ledger/ledger-key";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { topologyOf } from "@ephor/topology/topology";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FITTING } from "../bundle/bundled.ts";
import { jsonOf, startWire, type Wire, type WireAnswer, type WireRequest } from "./aws-wire.ts";
import { headOfEntries } from "./ledger.contract.ts";
import { clientFor, createTable, type DynamodbServer, startDynoxide } from "./support/dynamodb-server.ts";
import { testRandom } from "./support/store-subjects.ts";

/*
 * The functions as they ship, called as Lambda, SQS, the stream and API Gateway call them: the table is a DynamoDB, every
 * other service a server that answers as AWS documents and writes down what it was sent.
 */

/** The functions that are called here, by name. */
export type Functions = {
  readonly api: typeof import("../../functions/api.ts");
  readonly "dispatch-effects": typeof import("../../functions/dispatch-effects.ts");
  readonly "evaluate-detections": typeof import("../../functions/evaluate-detections.ts");
  readonly "execution-lines": typeof import("../../functions/execution-lines.ts");
  readonly "inbox-consumer": typeof import("../../functions/inbox-consumer.ts");
  readonly "large-event": typeof import("../../functions/large-event.ts");
  readonly "note-execution": typeof import("../../functions/note-execution.ts");
  readonly "park-event": typeof import("../../functions/park-event.ts");
  readonly "plan-remediation": typeof import("../../functions/plan-remediation.ts");
  readonly "record-finding": typeof import("../../functions/record-finding.ts");
  readonly "sign-checkpoint": typeof import("../../functions/sign-checkpoint.ts");
  readonly "sign-in-link": typeof import("../../functions/sign-in-link.ts");
  readonly stream: typeof import("../../functions/stream.ts");
};

export type LoadFunction = <N extends keyof Functions>(name: N) => Promise<Functions[N]>;

/** Holds of the functions that `load` gives, on one table of their own. */
export function describeFunctions(load: LoadFunction): void {
  const INTAKE = "arn:aws:states:eu-central-1:111122223333:stateMachine:intake";
  const RESPOND = "arn:aws:states:eu-central-1:111122223333:stateMachine:respond";
  const ROUTED = Object.fromEntries(
    topologyOf([]).routes.map(({ workflow }) => [
      workflow,
      `arn:aws:states:eu-central-1:111122223333:stateMachine:${workflow}`,
    ]),
  );
  /** Of which people are told, and no more; all others start a response. */
  const TOLD_ACCOUNT = "444455556666";
  const FROM = "ephor@example.com";
  const ROLE = `arn:aws:iam::${ACCOUNT}:role/ephor-remediation`;
  const context = { awsRequestId: "r", functionName: "f", invokedFunctionArn: "arn", memoryLimitInMB: "512" };
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });

  const objects = new Map<string, Buffer>();
  const started: { stateMachineArn: string; name: string; input: string }[] = [];
  const queued: string[] = [];
  const mails: JsonObject[] = [];
  /** What was asked of STS. */
  const assumed: URLSearchParams[] = [];
  /** Answers StartExecution refuses with, once each. */
  const refusals: WireAnswer[] = [];

  const OPERATIONS: Readonly<Record<string, (request: WireRequest) => WireAnswer>> = {
    StartExecution: (request) => {
      const refusal = refusals.shift();
      if (refusal !== undefined) return refusal;
      const { stateMachineArn, name, input } = jsonOf(request);
      started.push({ stateMachineArn: String(stateMachineArn), name: String(name), input: String(input) });
      return { body: { executionArn: `${stateMachineArn}:${name}`, startDate: 1 } };
    },
    GetPublicKey: () => ({ body: { KeySpec: "ECC_NIST_EDWARDS25519", PublicKey: der.toString("base64") } }),
    Sign: (request) => {
      const message = Buffer.from(String(jsonOf(request)["Message"]), "base64");
      return { body: { Signature: signWith(null, message, privateKey).toString("base64") } };
    },
    GetExecutionHistory: (request) => {
      const { executionArn } = jsonOf(request);
      return {
        body: {
          events: [
            { id: 1, type: "ExecutionStarted", timestamp: 1, executionStartedEventDetails: { input: executionArn } },
          ],
        },
      };
    },
    GetSecretValue: (request) => ({
      body: { Name: String(jsonOf(request)["SecretId"]), SecretString: `value of ${jsonOf(request)["SecretId"]}` },
    }),
    GenerateMac: () => ({ body: { Mac: Buffer.alloc(32, 9).toString("base64") } }),
    GetQueueAttributes: () => ({ body: { Attributes: { ApproximateNumberOfMessages: String(queued.length) } } }),
    SendMessage: (request) => {
      const text = String(jsonOf(request)["MessageBody"]);
      queued.push(text);
      return { body: { MessageId: "m", MD5OfMessageBody: createHash("md5").update(text).digest("hex") } };
    },
  };

  function answerMail(request: WireRequest): WireAnswer | undefined {
    if (request.path !== "/v2/email/outbound-emails") return undefined;
    mails.push(jsonOf(request));
    return { body: { MessageId: "m" } };
  }

  /** Nobody is let in: what was asked is what counts here. */
  function answerSts({ body }: WireRequest): WireAnswer | undefined {
    const asked = new URLSearchParams(body.toString());
    if (asked.get("Action") !== "AssumeRole") return undefined;
    assumed.push(asked);
    const text = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    return { status: 403, headers: { "content-type": "text/xml" }, body: text };
  }

  function answerS3({ method, path, body }: WireRequest): WireAnswer {
    const [key = ""] = path.split("?");
    if (method === "PUT") objects.set(key, body);
    const object = objects.get(key);
    if (object !== undefined) return method === "PUT" ? {} : { body: object };
    const text = "<Error><Code>NoSuchKey</Code></Error>";
    return { status: 404, headers: { "content-type": "application/xml" }, body: text };
  }

  let server: DynamodbServer | undefined;
  let wire: Wire;
  let client: DynamoDBClient;

  beforeAll(async () => {
    server = await startDynoxide();
    if (server === undefined) return console.warn("skipped: there is no dynoxide binary for this platform");
    wire = await startWire();
    wire.answers.push(
      (request) =>
        OPERATIONS[request.operation]?.(request) ?? answerMail(request) ?? answerSts(request) ?? answerS3(request),
    );
    client = clientFor(server.endpoint);
    await createTable(client, FITTING.EPHOR_TABLE);
    Object.assign(process.env, FITTING, {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: wire.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
      POWERTOOLS_LOG_LEVEL: "SILENT",
      POWERTOOLS_METRICS_DISABLED: "true",
      EPHOR_INBOX_QUEUE: `${wire.endpoint}/111122223333/inbox`,
      EPHOR_WORKFLOW_ARNS: JSON.stringify({ ...ROUTED, respond: RESPOND }),
      EPHOR_CONFIG: "s3://ephor-evidence/config/ephor.json",
    });
    const config = {
      publicUrl: "https://ephor.example.com",
      channels: { mail: { kind: "email", sesRegion: "eu-central-1", from: FROM, to: ["security@example.com"] } },
      remediation: {
        enabled: true,
        accounts: { [ACCOUNT]: { roleArn: ROLE, externalId: "secretsmanager:ephor/external-id" } },
      },
      responsePolicy: {
        version: 1,
        rules: [
          { match: { account: TOLD_ACCOUNT }, mode: "notify" },
          { match: {}, mode: "approve" },
        ],
      },
    };
    objects.set("/ephor-evidence/config/ephor.json", Buffer.from(JSON.stringify(config)));
  });
  afterAll(async () => {
    client?.destroy();
    await wire?.close();
    await server?.stop();
  });

  const onDynoxide = (name: string, run: () => Promise<void>) =>
    test(name, async (given) => {
      if (server === undefined) return given.skip("there is no dynoxide binary for this platform");
      await run();
    });

  const deps = () => ({
    ...{ client, table: FITTING.EPHOR_TABLE, random: testRandom },
    clock: { now: () => timestamp(Date.now() - 1_000) },
  });

  /** A batch of the stream with the new images of everything that is due, as Lambda hands it in. */
  async function streamBatch() {
    const { Items: items = [] } = await client.send(
      new ScanCommand({ TableName: FITTING.EPHOR_TABLE, IndexName: "due" }),
    );
    return { Records: items.map((NewImage, i) => ({ dynamodb: { SequenceNumber: String(i), NewImage } })) };
  }

  const stopLogging = (name: string) => apiCall({ service: "cloudtrail", name: "StopLogging", request: { name } });
  const queueBatch = (...bodies: readonly string[]) => ({
    Records: bodies.map((body, i) => ({ messageId: `m${i}`, body })),
  });

  async function evaluateAndRecord(
    event: Json,
    executionId = "arn:aws:states:::express:intake:1",
  ): Promise<readonly Json[]> {
    const evaluate = await load("evaluate-detections");
    const record = await load("record-finding");
    const evaluated = await evaluate.handler({ v: 1, event }, context);
    const seen = isJsonObject(evaluated) && Array.isArray(evaluated["seen"]) ? evaluated["seen"] : [];
    return Promise.all(
      seen.map((one: Json) =>
        record.handler({ v: 1, seen: one, correlationId: "corr-12345678", executionId }, context),
      ),
    );
  }

  describe("the way of an event", () => {
    onDynoxide("ends in a finding, its record in a signed log and its response, however often it is told", async () => {
      const { handler: stream } = await load("stream");
      const recorded = await evaluateAndRecord(stopLogging("trail-1"));
      expect(recorded).toEqual([{ findingId: expect.stringMatching(/^fnd_/), change: "opened" }]);
      const batch = await streamBatch();
      expect(batch.Records.length).toBe(2);
      expect(await stream(batch, context)).toEqual({ batchItemFailures: [] });
      expect(await stream(batch, context)).toEqual({ batchItemFailures: [] });
      expect((await streamBatch()).Records).toEqual([]);

      const ledger = dynamodbLedger(deps());
      const { head } = await headOfEntries(ledger, tenant);
      expect(head.size).toBe(1);
      expect(await ledger.head(tenant)).toEqual(head);
      const key = verifierKey({ name: "ephor.example.com/default", bytes: der.subarray(-32) });
      const note = (await ledger.checkpoint(tenant))?.note ?? "";
      expect(openCheckpoint(note, { origin: key.name, keys: [key] })).toMatchObject({ ok: true, value: { size: 1 } });
      expect(started.map(({ stateMachineArn, name }) => `${stateMachineArn} ${name}`)).toEqual([
        expect.stringMatching(/respond respond-fnd_[0-9a-v]{26}-1$/),
      ]);
    });

    onDynoxide("under `notify` people are told once, and nothing starts", async () => {
      const { handler: stream } = await load("stream");
      const before = started.length;
      await evaluateAndRecord({ ...(stopLogging("trail-4") as JsonObject), account: TOLD_ACCOUNT });
      const batch = await streamBatch();
      expect(await stream(batch, context)).toEqual({ batchItemFailures: [] });
      expect(await stream(batch, context)).toEqual({ batchItemFailures: [] });
      expect((await streamBatch()).Records).toEqual([]);
      expect(started.length).toBe(before);
      expect(mails).toEqual([expect.objectContaining({ FromEmailAddress: FROM })]);
      expect(Buffer.from(JSON.stringify(mails[0]?.["Content"])).length).toBeGreaterThan(100);
    });

    onDynoxide("another account is read as its role, with the external id that its secret holds", async () => {
      const { handler: stream } = await load("stream");
      const { handler: plan } = await load("plan-remediation");
      const before = started.length;
      await evaluateAndRecord(stopLogging("trail-7"));
      await stream(await streamBatch(), context);
      const { response: decision, ...of } = JSON.parse(started[before]?.input ?? "{}");
      const asked = { ...of, decision, attempt: 1, executionId: `${RESPOND}:${of.findingId}`, forcedBy: null };
      const planned = await plan(asked, context);
      expect(assumed.map((one) => [one.get("RoleArn"), one.get("ExternalId")])).toEqual([
        [ROLE, "value of ephor/external-id"],
      ]);
      expect(JSON.stringify(planned)).not.toContain("external-id");
      await stream(await streamBatch(), context);
    });

    onDynoxide("what the stream missed is found by the minute schedules", async () => {
      const signing = await load("sign-checkpoint");
      const dispatching = await load("dispatch-effects");
      const before = started.length;
      const { size = 0 } = (await dynamodbLedger(deps()).head(tenant)) ?? {};
      await evaluateAndRecord(stopLogging("trail-2"));
      expect(await signing.handler({}, context)).toEqual({ sizes: [size + 1] });
      expect(await dispatching.handler({}, context)).toEqual({ tried: 1 });
      expect(started.length).toBe(before + 1);
      expect((await streamBatch()).Records).toEqual([]);
    });

    onDynoxide("an effect that is refused waits with its attempts counted, and is not lost", async () => {
      const { handler: stream } = await load("stream");
      await evaluateAndRecord(stopLogging("trail-3"));
      refusals.push({ status: 400, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: {} });
      const before = started.length;
      expect(await stream(await streamBatch(), context)).toEqual({ batchItemFailures: [] });
      expect(started.length).toBe(before);
      const left = (await streamBatch()).Records.map(({ dynamodb }) =>
        JSON.parse(dynamodb.NewImage["data"]?.S ?? "{}"),
      );
      expect(left).toMatchObject([{ attempts: 1, effect: { kind: "start-execution", workflow: "respond" } }]);
    });

    onDynoxide("an error is thrown under the name that the workflow catches", async () => {
      const { handler } = await load("record-finding");
      await expect(handler({ v: 2 }, context)).rejects.toMatchObject({ name: "task.input-invalid" });
      const { handler: evaluate } = await load("evaluate-detections");
      const gone = evaluate({ v: 1, event: { ref: { tenant, id: "inb_gone" } } }, context);
      await expect(gone).rejects.toMatchObject({ name: "event.malformed" });
    });
  });

  describe("queues", () => {
    const message = (event: JsonObject) =>
      JSON.stringify({ v: 1, tenant, id: "inb_1", event, correlationId: "corr-12345678" });

    onDynoxide("an accepted event starts what its routes name, one that matches nothing starts nothing", async () => {
      const { handler } = await load("inbox-consumer");
      const event = stopLogging("trail-9") as JsonObject;
      const ordinary = apiCall({ service: "sns", name: "CreateTopic" }) as JsonObject;
      const before = started.length;
      expect(await handler(queueBatch(message(event), message(ordinary)), context)).toEqual({ batchItemFailures: [] });
      expect(started.slice(before)).toEqual([
        { stateMachineArn: INTAKE, name: "inb_1", input: JSON.stringify({ event, correlationId: "corr-12345678" }) },
      ]);
    });

    onDynoxide("a poisoned message, or one that cannot be started, comes again alone", async () => {
      const { handler } = await load("inbox-consumer");
      const event = stopLogging("trail-9") as JsonObject;
      const gone = message({ ref: { tenant, id: "inb_gone" } });
      const answer = await handler(queueBatch("{", '{"v":1}', gone, message(event)), context);
      expect(answer).toEqual({ batchItemFailures: ["m0", "m1", "m2"].map((itemIdentifier) => ({ itemIdentifier })) });
      refusals.push({ status: 400, headers: { "x-amzn-errortype": "StateMachineDoesNotExist" }, body: {} });
      const failed = await handler(queueBatch(message(event)), context);
      expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    });

    onDynoxide("an event too large for its target goes by reference, and is evaluated from there", async () => {
      const { handler } = await load("large-event");
      const event = stopLogging("trail-8") as JsonObject;
      const large = { ...event, detail: { ...(event["detail"] as JsonObject), padding: "x".repeat(250_000) } };
      const before = started.length;
      const bodies = [JSON.stringify(large), JSON.stringify({ event, correlationId: "x" }), "[]"];
      expect(await handler(queueBatch(...bodies), context)).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }] });
      const inputs = started.slice(before).map(({ input }): JsonObject => JSON.parse(input));
      const byReference = inputs.find(({ event: one }) => isJsonObject(one) && "ref" in one);
      expect(inputs.length).toBe(2);
      const recorded = await evaluateAndRecord(byReference?.["event"] ?? null);
      expect(recorded).toMatchObject([{ change: "opened" }]);
    });
  });

  describe("the API behind API Gateway", () => {
    const request = (of: { method?: string; path: string; token?: string; body?: string }) => ({
      ...{ version: "1.0", resource: "/{proxy+}", httpMethod: of.method ?? "GET", path: of.path },
      headers: {
        ...{ host: "ephor.example.com", "content-type": "application/json", "x-forwarded-for": "6.6.6.6" },
        ...(of.token === undefined ? {} : { authorization: `Bearer ${of.token}` }),
      },
      multiValueHeaders: {},
      ...{ body: of.body ?? null, isBase64Encoded: false },
      requestContext: {
        identity: { sourceIp: "203.0.113.9" },
        path: of.path,
        stage: "live",
        requestId: "req-12345678",
      },
    });
    async function call(of: Parameters<typeof request>[0]) {
      const { handler } = await load("api");
      const answer = await handler(request(of) as never, context);
      return { status: answer.statusCode, body: answer.body, isBase64Encoded: answer.isBase64Encoded };
    }
    async function tokenOf() {
      const store = dynamodbStore(deps());
      const tokens = apiTokens({ ...deps(), store, cursorKey: new Uint8Array(32) });
      const made = await tokens.create({
        tenant,
        name: "t",
        role: "admin",
        createdBy: "test",
        correlationId: "corr-12345678",
      });
      return made.secret;
    }

    onDynoxide("answers the same routes under the same authentication", async () => {
      expect((await call({ path: "/v1/findings" })).status).toBe(401);
      expect((await call({ path: "/nothing" })).status).toBe(404);
      const token = await tokenOf();
      const findings = JSON.parse((await call({ path: "/v1/findings", token })).body);
      expect(findings.items.length).toBeGreaterThanOrEqual(3);
      const { id } = findings.items[0];
      const shown = JSON.parse((await call({ path: `/v1/findings/${id}`, token })).body);
      expect(shown).toMatchObject({
        id,
        status: "open",
        timeline: [{ kind: "finding.opened" }, { kind: "response.requested" }],
      });
      const checkpoint = await call({ path: "/v1/ledger/checkpoint", token });
      expect(checkpoint.body).toContain("ephor.example.com/default\n");
      const tile = await call({ path: "/v1/ledger/tile/0/000.p/2", token });
      expect({ status: tile.status, isBase64Encoded: tile.isBase64Encoded }).toEqual({
        status: 200,
        isBase64Encoded: true,
      });
      expect(Buffer.from(tile.body, "base64").length).toBe(64);
    });

    onDynoxide("an execution is listed as it was told of, in whatever order and however often", async () => {
      const { handler } = await load("execution-lines");
      const name = "respond-fnd_1-1";
      const startDate = Date.now() - 60_000;
      const told = (detail: JsonObject) =>
        JSON.stringify({
          ...{ version: "0", id: "53b7e0ff-7b1f-4c5a-9c0b-7d7f2f3c1a11", source: "aws.states" },
          "detail-type": "Step Functions Execution Status Change",
          detail: {
            ...{ executionArn: `arn:aws:states:eu-central-1:111122223333:execution:respond:${name}`, name },
            ...{ stateMachineArn: RESPOND, startDate, stopDate: null, output: null, ...detail },
          },
        });
      const input = JSON.stringify({ v: 1, tenant, correlationId: "corr-12345678" });
      const started = told({ status: "RUNNING", input });
      const ended = told({ status: "FAILED", stopDate: startDate + 9_000, input, error: "store.invalid", cause: "no" });
      const another = told({ status: "RUNNING", input, stateMachineArn: `${RESPOND}-of-another` });
      expect(await handler(queueBatch(started, "{}", another), context)).toEqual({
        batchItemFailures: ["m1", "m2"].map((itemIdentifier) => ({ itemIdentifier })),
      });
      const token = await tokenOf();
      const listed = async () =>
        JSON.parse((await call({ path: "/v1/executions?workflow=respond", token })).body).items;
      expect(await listed()).toMatchObject([{ name, status: "RUNNING", endedAt: null }]);
      for (const message of [ended, started, ended]) {
        expect(await handler(queueBatch(message), context)).toEqual({ batchItemFailures: [] });
      }
      const [line, ...more] = await listed();
      expect(more).toEqual([]);
      expect(line).toEqual({
        ...{ id: expect.stringMatching(/^run_[0-9a-v]{26}$/), workflow: "respond", name, type: "standard" },
        ...{ status: "FAILED", startedAt: timestamp(startDate), endedAt: timestamp(startDate + 9_000) },
        ...{ error: "store.invalid", cause: "no", correlationId: "corr-12345678" },
      });
      const shown = JSON.parse((await call({ path: `/v1/executions/${line.id}`, token })).body);
      expect(shown).toMatchObject({
        input: { v: 1, tenant },
        history: [
          {
            executionStartedEventDetails: {
              input: `arn:aws:states:eu-central-1:111122223333:execution:respond:${name}`,
            },
          },
        ],
      });
    });

    onDynoxide("an Express run tells how it ended, and its timeline names it as it is listed", async () => {
      const runOf = (name: string) => ({
        executionId: `arn:aws:states:eu-central-1:111122223333:express:intake:${name}:1`,
        ...{ workflow: "intake", name, startedAt: "2026-02-01T10:00:00.000Z", eventId: null },
      });
      const token = await tokenOf();
      const listed = async () => JSON.parse((await call({ path: "/v1/executions?workflow=intake", token })).body).items;
      const findings = await evaluateAndRecord(stopLogging("trail-6"), runOf("one").executionId);
      const noted = { v: 1, tenant, findings, correlationId: "corr-12345678", run: runOf("one") };
      const { handler: note } = await load("note-execution");
      expect(await note(noted, context)).toEqual({});
      expect(await note(noted, context)).toEqual({});
      const { handler: park } = await load("park-event");
      const event = stopLogging("trail-5");
      const parked = { v: 1, event, error: "States.Timeout", cause: "slow", correlationId: "corr-12345678" };
      const { deadLetterId } = (await park({ ...parked, run: runOf("two") }, context)) as { deadLetterId: string };
      const lines = await listed();
      expect(lines.length).toBe(2);
      expect(lines).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: "one", type: "express", status: "SUCCEEDED", error: null }),
          expect.objectContaining({
            ...{ name: "two", status: "FAILED", error: "event.parked" },
            cause: `kept as dead letter ${deadLetterId}`,
          }),
        ]),
      );
      const { id } = lines.find(({ name }: { name: string }) => name === "one");
      const shown = JSON.parse((await call({ path: `/v1/executions/${id}`, token })).body);
      expect(shown).toMatchObject({ input: { eventId: null }, output: { findings }, history: null });
      const [{ findingId }] = findings as unknown as readonly [{ findingId: string }];
      const finding = JSON.parse((await call({ path: `/v1/findings/${findingId}`, token })).body);
      expect(finding.timeline).toContainEqual(expect.objectContaining({ kind: "finding.opened", executionId: id }));
    });

    onDynoxide("the first person comes in by a link that whoever may invoke a function has made", async () => {
      const { handler } = await load("sign-in-link");
      const { url } = await handler({}, context);
      const path = url.replace("https://ephor.example.com", "");
      expect(await call({ path })).toMatchObject({ status: 200 });
      expect((await call({ path: `${path.slice(0, -4)}0000` })).status).toBe(401);
      await expect(handler({ tenant: "No Tenant" }, context)).rejects.toMatchObject({ name: "input.invalid" });
    });

    onDynoxide("status page and metrics tell how many events wait in the queue", async () => {
      const token = await tokenOf();
      queued.push("one", "two");
      const page = await call({ path: "/", token });
      const metrics = await call({ path: "/metrics", token });
      queued.length -= 2;
      expect(page).toMatchObject({ status: 200, body: expect.stringContaining("<html") });
      expect(metrics).toMatchObject({ status: 200, body: expect.stringContaining("ephor_inbox_depth 2\n") });
      expect(metrics.body).not.toContain("ephor_executions_running");
    });

    onDynoxide("events are accepted once the queue has them", async () => {
      const token = await tokenOf();
      const before = queued.length;
      const body = JSON.stringify([stopLogging("trail-7"), { no: "event" }]);
      const answer = await call({ method: "POST", path: "/v1/events", token, body });
      expect({ status: answer.status, ...JSON.parse(answer.body) }).toMatchObject({
        status: 202,
        accepted: 1,
        rejected: [{ index: 1 }],
      });
      expect(queued.length).toBe(before + 1);
      const { handler } = await load("inbox-consumer");
      expect(await handler(queueBatch(...queued.slice(before)), context)).toEqual({ batchItemFailures: [] });
    });
  });
}
