import type { JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import type { Event } from "../envelope.ts";
import { toEnvelopes } from "../event-input.ts";
import { eventsOf, parseEnvelope } from "../parse-event.ts";
import { actorOf, roleArnOf, sessionNameOf } from "./cloudtrail-actor.ts";
import * as read from "./cloudtrail-read.ts";

const RECORD = {
  eventVersion: "1.08",
  eventID: "11111111-2222-4333-8444-555555555555",
  eventTime: "2026-01-02T03:04:05Z",
  eventSource: "ec2.amazonaws.com",
  eventName: "StopInstances",
  awsRegion: "eu-west-1",
  recipientAccountId: "123456789012",
};

function eventFrom(more: JsonObject): Event {
  const [envelope] = toEnvelopes({ ...RECORD, ...more });
  const events = envelope?.ok === true ? eventsOf(envelope.value) : undefined;
  const [event] = events?.ok === true ? events.value : [];
  if (event === undefined) throw new Error(JSON.stringify(envelope));
  return event;
}
const by = (userIdentity: JsonObject): Event => eventFrom({ userIdentity });

const ROLE = { type: "Role", principalId: "AROAROLE", arn: "arn:aws:iam::123456789012:role/path/ops", userName: "ops" };
const session = (name: string, issuer: JsonObject = ROLE) => ({
  type: "AssumedRole",
  principalId: `${issuer["principalId"]}:${name}`,
  arn: `arn:aws:sts::123456789012:assumed-role/${issuer["userName"]}/${name}`,
  sessionContext: { sessionIssuer: issuer },
});

describe("the actor", () => {
  test("is one for all sessions of a role, and tells the session", () => {
    const one = actorOf(by(session("run-1")));
    expect(one).toEqual({ type: "AssumedRole", id: "AROAROLE", arn: ROLE.arn, name: "ops/run-1" });
    expect(actorOf(by(session("run-2")))?.id).toBe(one?.id);
  });

  test("is the person where the role is one of IAM Identity Center", () => {
    const issuer = { ...ROLE, userName: "AWSReservedSSO_Admin_0123456789abcdef" };
    const alice = actorOf(by(session("alice@example.com", issuer)));
    expect(alice).toMatchObject({ id: "AROAROLE:alice@example.com", name: `${issuer.userName}/alice@example.com` });
    expect(alice?.arn).toContain("assumed-role/AWSReservedSSO_");
    expect(actorOf(by(session("bob@example.com", issuer)))?.id).not.toBe(alice?.id);
  });

  test("of a session without issuer is told by what there is", () => {
    const { sessionContext: _, ...bare } = session("run-1");
    expect(actorOf(by(bare))).toEqual({ type: "AssumedRole", id: "AROAROLE", arn: bare.arn, name: "ops/run-1" });
    const { principalId: __, ...barer } = bare;
    expect(actorOf(by(barer))).toMatchObject({ arn: bare.arn, name: "ops/run-1" });
    expect(actorOf(by({ type: "AssumedRole" }))).toBeNull();
  });

  test.each([
    [
      { type: "Root", accountId: "123456789012", principalId: "123456789012", arn: "arn:aws:iam::123456789012:root" },
      { type: "Root", id: "123456789012", arn: "arn:aws:iam::123456789012:root", name: "root" },
    ],
    [
      { type: "IAMUser", principalId: "AIDAUSER", arn: "arn:aws:iam::123456789012:user/alice", userName: "alice" },
      { type: "IAMUser", id: "AIDAUSER", arn: "arn:aws:iam::123456789012:user/alice", name: "alice" },
    ],
    [
      { type: "IAMUser", principalId: "", userName: "alice" },
      { type: "IAMUser", id: "alice", name: "alice" },
    ],
    [
      {
        type: "FederatedUser",
        principalId: "123456789012:guest",
        arn: "arn:aws:sts::123456789012:federated-user/guest",
        sessionContext: {
          sessionIssuer: { type: "IAMUser", principalId: "AIDAUSER", arn: "arn:u", userName: "alice" },
        },
      },
      { type: "FederatedUser", id: "AIDAUSER", arn: "arn:u", name: "alice/guest" },
    ],
    [
      { type: "FederatedUser", principalId: "123456789012:guest", arn: "arn:f" },
      { type: "FederatedUser", id: "123456789012:guest", arn: "arn:f" },
    ],
    [
      { type: "FederatedUser", sessionContext: { sessionIssuer: { principalId: "AIDAUSER" } } },
      { type: "FederatedUser", id: "AIDAUSER" },
    ],
    [
      { type: "AWSService", invokedBy: "inspector2.amazonaws.com" },
      { type: "AWSService", id: "inspector2.amazonaws.com", name: "inspector2.amazonaws.com" },
    ],
    [
      { type: "AWSService", accountId: "123456789012" },
      { type: "AWSService", id: "123456789012" },
    ],
    [
      { invokedBy: "autoscaling.amazonaws.com" },
      { type: "AWSService", id: "autoscaling.amazonaws.com", name: "autoscaling.amazonaws.com" },
    ],
    [
      { type: "AWSAccount", principalId: "AROAOTHER:run", accountId: "210987654321" },
      { type: "AWSAccount", id: "210987654321", name: "AROAOTHER" },
    ],
    [
      { type: "SAMLUser", principalId: "idp:alice", userName: "alice", identityProvider: "idp" },
      { type: "SAMLUser", id: "idp:alice", name: "alice" },
    ],
    [
      { type: "WebIdentityUser", principalId: "accounts.example.com:app:alice", userName: "alice" },
      { type: "WebIdentityUser", id: "accounts.example.com:app:alice", name: "alice" },
    ],
    [
      { type: "IdentityCenterUser", accountId: "123456789012", onBehalfOf: { userId: "user-1" } },
      { type: "IdentityCenterUser", id: "user-1" },
    ],
    [
      { type: "IdentityCenterUser", accountId: "123456789012" },
      { type: "IdentityCenterUser", id: "123456789012" },
    ],
    [{ accountId: "123456789012" }, { type: "Unknown", id: "123456789012" }],
    [{ type: 5 }, null],
    [{}, null],
  ])("of %j is %j", (identity, actor) => {
    expect(actorOf(by(identity))).toEqual(actor);
  });

  test("is nobody where the event names nobody", () => {
    expect(actorOf(eventFrom({}))).toBeNull();
    expect(actorOf(eventFrom({ userIdentity: "root" }))).toBeNull();
  });

  test("has a session name and a role only as a session of a role", () => {
    expect(sessionNameOf(by(session("run-1")))).toBe("run-1");
    expect(roleArnOf(by(session("run-1")))).toBe(ROLE.arn);
    for (const event of [by({ type: "IAMUser", principalId: "a:b" }), eventFrom({})]) {
      expect([sessionNameOf(event), roleArnOf(event)]).toEqual([undefined, undefined]);
    }
  });
});

describe("a CloudTrail event", () => {
  test("succeeded unless it has an error, or is a sign-in that failed", () => {
    expect(read.succeeded(eventFrom({}))).toBe(true);
    expect(read.succeeded(eventFrom({ errorCode: "AccessDenied" }))).toBe(false);
    expect(read.succeeded(eventFrom({ errorMessage: "Failed authentication" }))).toBe(false);
    const signIn = (outcome: string) =>
      eventFrom({ eventName: "ConsoleLogin", responseElements: { ConsoleLogin: outcome } });
    expect([read.succeeded(signIn("Success")), read.succeeded(signIn("Failure"))]).toEqual([true, false]);
  });

  test.each(["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "NotAuthorized", "Forbidden"])(
    "with %s was denied",
    (errorCode) => expect(read.wasDenied(eventFrom({ errorCode }))).toBe(true),
  );

  test("that failed otherwise, or not at all, was not denied", () => {
    expect(read.wasDenied(eventFrom({ errorCode: "NoSuchBucket" }))).toBe(false);
    expect(read.wasDenied(eventFrom({}))).toBe(false);
  });

  test("tells whether a second factor was used, where it says so", () => {
    const atSignIn = (MFAUsed: string) => read.mfaUsed(eventFrom({ additionalEventData: { MFAUsed } }));
    expect([atSignIn("Yes"), atSignIn("No")]).toEqual([true, false]);
    const inSession = by({ type: "IAMUser", sessionContext: { attributes: { mfaAuthenticated: "true" } } });
    expect(read.mfaUsed(inSession)).toBe(true);
    expect(read.mfaUsed(eventFrom({}))).toBeUndefined();
  });

  test("is of root only when root acts in person", () => {
    expect(read.isRoot(by({ type: "Root" }))).toBe(true);
    expect(read.isRoot(by({ type: "Root", invokedBy: "support.amazonaws.com" }))).toBe(false);
    expect(read.isRoot(eventFrom({ userIdentity: { type: "Root" }, eventType: "AwsServiceEvent" }))).toBe(false);
    expect(read.isRoot(by({ type: "IAMUser" }))).toBe(false);
  });

  test("is by a service when AWS calls by its own name or in another's", () => {
    expect(read.byService(eventFrom({ sourceIPAddress: "cloudformation.amazonaws.com" }))).toBe(true);
    expect(read.byService(eventFrom({ sourceIPAddress: "AWS Internal" }))).toBe(true);
    expect(read.byService(by({ invokedBy: "cloudformation.amazonaws.com" }))).toBe(true);
    expect(read.byService(eventFrom({ sourceIPAddress: "amazonaws.com.evil.example" }))).toBe(false);
    expect(read.byService(eventFrom({}))).toBe(false);
  });

  test("is a management event unless it says otherwise", () => {
    expect(read.isManagementEvent(eventFrom({}))).toBe(true);
    expect(read.isManagementEvent(eventFrom({ eventCategory: "Data" }))).toBe(false);
    expect(read.isManagementEvent(eventFrom({ managementEvent: false }))).toBe(false);
  });

  test("tells each field, and nothing of what it lacks", () => {
    const full = eventFrom({
      readOnly: true,
      sessionCredentialFromConsole: "true",
      userAgent: "aws-cli",
      sourceIPAddress: "192.0.2.1",
      vpcEndpointId: "vpce-1",
      requestParameters: { a: { b: "c" } },
      responseElements: { d: ["e"] },
      resources: [{ ARN: "arn:r" }, "odd"],
      userIdentity: {
        type: "AssumedRole",
        accessKeyId: "ASIAKEY",
        sessionContext: { sourceIdentity: "alice", sessionIssuer: { accountId: "210987654321" } },
      },
    });
    expect([read.isReadOnly(full), read.isFromConsole(full)]).toEqual([true, true]);
    expect([read.userAgent(full), read.sourceIp(full), read.vpcEndpointId(full)]).toEqual([
      "aws-cli",
      "192.0.2.1",
      "vpce-1",
    ]);
    expect([read.requestText(full, "a.b"), read.requestParameter(full, "a")]).toEqual(["c", { b: "c" }]);
    expect([read.responseText(full, "d.0"), read.responseElement(full, "d")]).toEqual(["e", ["e"]]);
    expect([read.accessKeyId(full), read.identityType(full), read.sourceIdentity(full)]).toEqual([
      "ASIAKEY",
      "AssumedRole",
      "alice",
    ]);
    expect(read.callerAccount(full)).toBe("210987654321");
    expect(read.touchedResources(full)).toEqual([{ ARN: "arn:r" }]);
    const bare = eventFrom({ requestParameters: null });
    expect([read.requestText(bare, "a"), read.responseElements(bare), read.touchedResources(bare)]).toEqual([
      undefined,
      {},
      [],
    ]);
    expect([read.isReadOnly(bare), read.isFromConsole(bare)]).toEqual([false, false]);
  });

  test("of an Insight tells the call that it is about", () => {
    const insight = { eventType: "AwsCloudTrailInsight", eventName: null, eventSource: null };
    const { eventName: _, eventSource: __, ...bare } = { ...RECORD, ...insight };
    const [envelope] = toEnvelopes({
      ...bare,
      insightDetails: { eventName: "RunInstances", eventSource: "ec2.amazonaws.com" },
    });
    const events = envelope?.ok === true ? eventsOf(envelope.value) : undefined;
    const [event] = events?.ok === true ? events.value : [];
    expect(event !== undefined && [read.eventName(event), read.eventSource(event)]).toEqual([
      "RunInstances",
      "ec2.amazonaws.com",
    ]);
  });
});

describe("what calls itself a CloudTrail event", () => {
  const envelope = (more: JsonObject) => ({
    id: "e",
    "detail-type": "AWS Console Signin via CloudTrail",
    source: "aws.signin",
    account: "123456789012",
    time: "2026-01-02T03:04:06Z",
    region: "us-east-1",
    detail: { ...RECORD, eventName: "ConsoleLogin" },
    ...more,
  });
  const outcome = (value: JsonObject) => {
    const parsed = parseEnvelope(value);
    return parsed.ok ? eventsOf(parsed.value) : parsed;
  };

  test("has the record's identity and time, not the envelope's", () => {
    expect(outcome(envelope({}))).toMatchObject({
      value: [{ kind: "cloudtrail-sign-in", identity: RECORD.eventID, time: "2026-01-02T03:04:05.000Z" }],
    });
  });

  test("is generic when it does not come from AWS", () => {
    expect(outcome(envelope({ source: "my.app" }))).toMatchObject({ value: [{ kind: "generic", identity: "e" }] });
  });

  test("is refused without what makes its identity and time", () => {
    expect(outcome(envelope({ detail: { ...RECORD, eventID: null } }))).toMatchObject({
      ok: false,
      error: { code: "event.malformed", path: "/detail/eventID" },
    });
    expect(outcome(envelope({ detail: { ...RECORD, eventTime: "now" } }))).toMatchObject({
      error: { path: "/detail/eventTime" },
    });
  });
});
