import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { REDACT_BOUNDS, redact } from "./redact.ts";

const KEY_ID = "AK".concat("IA", "IOSFODNN7EXAMPLE");

test("secrets go at every depth, in lists, texts and keys; the rest stays", () => {
  const entry = {
    level: "info",
    list: [{ deep: [{ dbPassword: "hunter2", port: 5432 }] }],
    message: `used ${KEY_ID} once`,
    [KEY_ID]: 1,
    tokens: ["kept", "words"],
    authTokens: ["a", "b"],
  };
  expect(redact(entry)).toEqual({
    level: "info",
    list: [{ deep: [{ dbPassword: "[redacted:password]", port: 5432 }] }],
    message: "used [redacted:aws-access-key-id] once",
    "[redacted:aws-access-key-id]": 1,
    tokens: ["kept", "words"],
    authTokens: ["[redacted:token]", "[redacted:token]"],
  });
});

test("ordinary fields, digests, ids, ARNs, accounts and times survive", () => {
  const entry = {
    commit: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    image: "repo@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    md5: "d41d8cd98f00b204e9800998ecf8427e",
    etag: '"d41d8cd98f00b204e9800998ecf8427e-12"',
    uuid: "7f9c24e5-2a3b-4c5d-8e6f-012345678901",
    finding: "fnd_01hgw2bbg0000000000000000a",
    arn: "arn:aws:iam::123456789012:role/service-role/Deploy",
    principal: "AROAIOSFODNN7EXAMPLE:session",
    account: "123456789012",
    time: "2026-11-21T07:12:59.123Z",
    epochMs: 1_795_245_179_123,
    epochNs: "1795245179123456789",
    requestId: "C2E6BBA5F0B3A3D9",
    s3RequestId: "eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran",
    trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    xray: "Root=1-67891233-abcdef012345678912345678",
    address: "203.0.113.7",
    v6: "2001:db8::8a2e:370:7334",
    cidr: "10.0.0.0/8",
    url: "https://ephor.example/v1/findings?status=open&limit=50",
    passwordLastUsed: "2026-11-20T00:00:00Z",
    nextToken: "page-2",
    secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
    mfaAuthenticated: "true",
    count: 4_111,
    none: null,
    yes: true,
  };
  expect(redact(entry, { hipaa: true })).toEqual(entry);
});

test("below a key term everything is hidden but what says which secret it is", () => {
  const credentials = {
    accessKeyId: "x-1",
    value: "hunter2",
    confirmation: 7,
    expiration: "soon",
    nested: [{ a: "b" }],
  };
  expect(redact({ credentials })).toEqual({
    credentials: {
      accessKeyId: "x-1",
      value: "[redacted:credentials]",
      confirmation: "[redacted:credentials]",
      expiration: "soon",
      nested: [{ a: "[redacted:credentials]" }],
    },
  });
});

test("a card number is hidden as a number too", () => {
  expect(redact({ n: 4_111_111_111_111_111, m: 4_111_111_111_111_112 })).toEqual({
    n: "[redacted:card-number]",
    m: 4_111_111_111_111_112,
  });
});

test("health data is hidden only when HIPAA is on", () => {
  const entry = { patientName: "Jane", note: "MRN: 00482913" };
  expect(redact(entry)).toEqual(entry);
  expect(redact(entry, { hipaa: true })).toEqual({
    patientName: "[redacted:phi-patient]",
    note: "MRN: [redacted:phi-medical-record-number]",
  });
});

test("keys that become one keep both values", () => {
  expect(redact({ "alice@example.com": 1, "bob@example.com": 2 })).toEqual({
    "[redacted:email]@example.com": 1,
    "[redacted:email]@example.com (2)": 2,
  });
});

test("the input is not changed, even where it is frozen", () => {
  const entry = Object.freeze({ password: "hunter2", list: Object.freeze(["a"]) });
  redact(entry);
  expect(entry).toEqual({ password: "hunter2", list: ["a"] });
});

test("a __proto__ key stays a key", () => {
  const out = redact(JSON.parse('{"__proto__":{"admin":true}}'));
  expect(JSON.stringify(out)).toBe('{"__proto__":{"admin":true}}');
  expect(Object.getPrototypeOf(out)).toBe(Object.prototype);
});

test("what JSON cannot hold is written as JSON would, and never throws", () => {
  const error = Object.assign(new Error("password=hunter2", { cause: new TypeError("inner") }), { code: "E1" });
  const out = redact({
    error,
    at: new Date(0),
    map: new Map([["password", "x"]]),
    set: new Set([1]),
    bytes: Buffer.from("x"),
    raw: new ArrayBuffer(1),
    big: 10n,
    nan: Number.NaN,
    gone: undefined,
    call: () => 1,
    list: [undefined, Symbol("x")],
    get bad(): string {
      return "fine";
    },
    thrower: {
      toJSON(): never {
        throw new Error("no");
      },
    },
  });
  expect(out).toMatchObject({
    error: { name: "Error", message: "password=[redacted:password]", code: "E1", cause: { message: "inner" } },
    at: "1970-01-01T00:00:00.000Z",
    map: { password: "[redacted:password]" },
    set: [1],
    bytes: "[redacted:bytes]",
    raw: "[redacted:bytes]",
    big: "10",
    nan: null,
    list: [null, null],
    thrower: "[redacted:unreadable]",
  });
  expect(out).not.toHaveProperty("gone");
  expect(out).not.toHaveProperty("call");
  expect(redact(undefined)).toBeNull();
});

test("a cycle ends in a marker", () => {
  const cycle: Record<string, unknown> = { a: 1 };
  cycle["self"] = cycle;
  expect(redact(cycle)).toEqual({ a: 1, self: "[redacted:cycle]" });
});

test("beyond each bound is a marker, and a second call cuts no more", () => {
  let deep: unknown = "bottom";
  for (let level = 0; level < 100; level++) deep = [deep];
  const many = { list: Array.from({ length: REDACT_BOUNDS.valuesMax + 10 }, (_, index) => index), after: 1 };
  const long = ["x".repeat(REDACT_BOUNDS.charactersMax - 5), "y".repeat(100), "z"];
  for (const value of [deep, many, long]) {
    const once = redact(value);
    expect(redact(once)).toEqual(once);
  }
  expect(JSON.stringify(redact(deep))).toContain("[redacted:too-deep]");
  expect(redact(many)).toMatchObject({ "[redacted:over-limit]": "[redacted:over-limit]" });
  expect(redact(long)).toMatchObject({ 1: "[redacted:over-limit]", 2: "z" });
});
