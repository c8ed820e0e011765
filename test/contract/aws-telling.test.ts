import { secretsClient } from "@ephor/aws/secrets/client";
import { secretsManager } from "@ephor/aws/secrets/read-secret";
import { sesClient } from "@ephor/aws/ses/client";
import { sendRawMail } from "@ephor/aws/ses/send-raw-mail";
import { addSeconds, timestamp } from "@ephor/domain/time";
import { expect, onTestFinished, test } from "vitest";
import { jsonOf, refusal, startWire, type WireAnswer } from "./aws-wire.ts";

const given = { region: "eu-west-1", credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" } };
const random = { bytes: (count: number) => Buffer.alloc(count, 7) };
const wait = async () => undefined;

async function aWire(...answers: WireAnswer[]) {
  const wire = await startWire();
  onTestFinished(() => wire.close());
  wire.answers.push(...answers.map((answer) => () => answer));
  return wire;
}

const MAIL = {
  region: "eu-west-1",
  from: "ephor@example.com",
  to: ["a@example.com"],
  mime: Buffer.from("Subject: x\r\n\r\n"),
};

test("a mail goes to SES as the MIME that it is, in its sender's name", async () => {
  const wire = await aWire({ body: { MessageId: "1" } });
  const clientFor = () => sesClient({ ...given, endpoint: wire.endpoint });
  expect(await sendRawMail({ random, wait, clientFor }, MAIL)).toEqual({ ok: true, value: undefined });
  expect(wire.requests[0]).toMatchObject({ method: "POST", path: "/v2/email/outbound-emails" });
  const [request] = wire.requests;
  if (request === undefined) throw new Error("nothing came");
  expect(jsonOf(request)).toEqual({
    FromEmailAddress: "ephor@example.com",
    Destination: { ToAddresses: ["a@example.com"] },
    Content: { Raw: { Data: Buffer.from(MAIL.mime).toString("base64") } },
  });
});

test.each([
  ["MessageRejected", 400, "notify.refused"],
  ["MailFromDomainNotVerifiedException", 400, "notify.refused"],
  ["SendingPausedException", 400, "notify.failed"],
  ["TooManyRequestsException", 429, "notify.failed"],
  ["InternalServiceErrorException", 500, "notify.failed"],
])("SES's answer %s is %s", async (name, status, code) => {
  const wire = await aWire(refusal(name, status));
  const clientFor = () => sesClient({ ...given, endpoint: wire.endpoint });
  expect(await sendRawMail({ random, wait, clientFor }, MAIL)).toMatchObject({ ok: false, error: { code } });
});

test("a mail that may have gone is not sent again within a call", async () => {
  const wire = await aWire(refusal("InternalServiceErrorException", 500));
  await sendRawMail({ random, wait, clientFor: () => sesClient({ ...given, endpoint: wire.endpoint }) }, MAIL);
  expect(wire.requests).toHaveLength(1);
});

test("a secret is read once in five minutes, and what was read counts on while it cannot be read again", async () => {
  let now = timestamp(Date.UTC(2026, 0, 1));
  const wire = await aWire(
    { body: { Name: "ephor/slack", SecretString: "one" } },
    { body: { Name: "ephor/slack", SecretString: "two" } },
    refusal("InternalServiceError", 500),
  );
  const read = secretsManager({
    ...{ random, wait, clock: { now: () => now }, client: secretsClient({ ...given, endpoint: wire.endpoint }) },
  });
  expect(await read("ephor/slack")).toEqual({ ok: true, value: "one" });
  now = addSeconds(now, 299);
  expect(await read("ephor/slack")).toEqual({ ok: true, value: "one" });
  now = addSeconds(now, 1);
  expect(await read("ephor/slack")).toEqual({ ok: true, value: "two" });
  now = addSeconds(now, 300);
  expect(await read("ephor/slack")).toEqual({ ok: true, value: "two" });
  expect(wire.requests.slice(0, 2).map(({ operation }) => operation)).toEqual(["GetSecretValue", "GetSecretValue"]);
});

test.each([
  [refusal("ResourceNotFoundException"), "ResourceNotFoundException"],
  [refusal("AccessDeniedException"), "AccessDeniedException"],
  [{ body: { Name: "ephor/slack", SecretBinary: "AAAA" } }, "it holds no text"],
])("a secret that is not there is unset, with the reason and nothing of its value", async (answer, why) => {
  const wire = await aWire(answer);
  const client = secretsClient({ ...given, endpoint: wire.endpoint });
  const read = secretsManager({ random, wait, clock: { now: () => timestamp(0) }, client });
  const result = await read("ephor/slack");
  expect(result).toMatchObject({ ok: false, error: { code: "secret.unset" } });
  expect(result.ok ? "" : result.error.message).toContain(why);
});
