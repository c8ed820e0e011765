import { expect, test } from "vitest";
import { safeUrl } from "./address.ts";
import { tenantOfAccount } from "./config.ts";
import { nearest } from "./nearest.ts";
import { parseConfig } from "./parse-config.ts";

const FILE = { file: "ephor.config.json" };

function problems(source: unknown): readonly string[] {
  const result = parseConfig(source, FILE);
  return result.ok ? [] : result.error.message.split("\n").slice(1);
}

function parsed(source: unknown) {
  const result = parseConfig(source, FILE);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const ALICE = { id: "alice", name: "Alice", email: "alice@example.com" };

test("an empty file is a whole configuration that observes and notifies, and changes nothing", () => {
  expect(parsed("{}")).toEqual({
    version: 1,
    publicUrl: "http://127.0.0.1:4400",
    trustedProxies: [],
    accounts: {},
    people: [],
    groups: {},
    channels: {},
    allowLists: {},
    limits: { requestsPerSecond: 1000, burstFactor: 2, inboxMax: 100_000, bodyBytesMax: 5_242_880 },
    responsePolicy: {
      version: 1,
      rules: [{ match: { severity: ["high", "critical"] }, mode: "notify" }],
      exceptions: { approvers: ["approvers"], approvalsMin: 1, daysMax: 365 },
      budget: { perAccountPerHour: 5, perHour: 20 },
    },
    remediation: { enabled: false, accounts: {} },
    retention: { inboxHours: 24, deadLetterDays: 14, executionDays: 90 },
  });
});

test("a full configuration is taken as written, single match values as lists", () => {
  const config = parsed({
    $schema: "./docs/schemas/config.schema.json",
    publicUrl: "https://ephor.example/",
    trustedProxies: ["10.0.0.0/8", "2001:db8::1"],
    accounts: { "123456789012": { tenant: "acme", environment: "production", name: "Shop" } },
    people: [
      {
        ...ALICE,
        slackId: "U0123456789",
        oidcSubject: "sub",
        roles: ["approver"],
        awsPrincipals: ["arn:aws:iam::123456789012:user/alice"],
      },
    ],
    groups: { security: ["alice"] },
    channels: {
      slack: { kind: "slack", token: "env:SLACK_TOKEN", channel: "#alerts", signingSecret: "file:/run/secrets/slack" },
      hook: { kind: "slack", webhookUrl: "env:SLACK_HOOK" },
      mail: { kind: "email", smtpUrl: "env:SMTP_URL", from: "ephor@example.com", to: ["alice@example.com"] },
      page: { kind: "pagerduty", routingKey: "env:PD" },
      out: { kind: "webhook", url: "http://127.0.0.1:9000/in", signingKey: "env:HOOK_KEY" },
      teams: { kind: "teams", webhookUrl: "env:TEAMS" },
    },
    allowLists: { "ec2.security-group-opened-to-world": [{ resource: "sg-*", reason: "load balancers" }] },
    responsePolicy: {
      version: 3,
      rules: [{ match: { severity: "critical", tags: { team: "pay" } }, mode: "notify" }, { mode: "observe" }],
    },
  });
  expect(config.publicUrl).toBe("https://ephor.example");
  expect(config.responsePolicy.rules).toEqual([
    { match: { severity: ["critical"], tags: { team: ["pay"] } }, mode: "notify" },
    { match: {}, mode: "observe" },
  ]);
  expect(config.people[0]?.roles).toEqual(["approver"]);
});

test("an account's tenant is its own, any other's is the default one", () => {
  const config = parsed({
    accounts: { "123456789012": { tenant: "acme", environment: "dev" }, "210987654321": { environment: "dev" } },
  });
  expect(
    ["123456789012", "210987654321", "000000000000", "constructor"].map((id) => tenantOfAccount(config, id)),
  ).toEqual(["acme", "default", "default", "default"]);
});

test.each<[string, unknown, string]>([
  [
    "text that is not JSON",
    '{\n "a" 1}',
    "/: found text that is not JSON at line 2 column 6, expected one JSON object",
  ],
  ["text that ends early", '{"a":', "/: found text that is not JSON, expected one JSON object"],
  ["a list", "[]", "/: found a list of 0, expected an object"],
  ["too much text", " ".repeat(8_388_609), "/: found 8388609 characters, expected at most 8388608"],
  ["a key nearly known", { publicURL: "x" }, "/publicURL: unknown key, did you mean `publicUrl`?"],
  ["a nested key nearly known", { limits: { inboxmx: 1 } }, "/limits/inboxmx: unknown key, did you mean `inboxMax`?"],
  [
    "a key like none",
    { retention: { zzz: 1 } },
    "/retention/zzz: unknown key, expected one of inboxHours, deadLetterDays, executionDays",
  ],
  ["an odd key", { "a/b~c": 1 }, "/a~1b~0c: unknown key, expected one of $schema, version"],
  ["another version", { version: 2 }, "/version: found 2, expected 1"],
  [
    "an account id",
    { accounts: { "12": { environment: "dev" } } },
    "/accounts/12: found this key, expected an AWS account id of 12 digits",
  ],
  [
    "a tenant name",
    { accounts: { "123456789012": { tenant: "A#b", environment: "dev" } } },
    '/accounts/123456789012/tenant: found "A#b", expected a name',
  ],
  [
    "a missing field",
    { people: [{ id: "a", name: "A" }] },
    "/people/0/email: found nothing, expected an e-mail address",
  ],
  ["a wrong type", { people: {} }, "/people: found an object of 0 keys, expected a list"],
  ["control characters", { people: [{ ...ALICE, name: "A\u001b[31m" }] }, "expected text without control characters"],
  [
    "a role",
    { people: [{ ...ALICE, roles: ["boss"] }] },
    '/people/0/roles/0: found "boss", expected one of "viewer", "analyst"',
  ],
  [
    "a number out of bounds",
    { limits: { requestsPerSecond: 0 } },
    "/limits/requestsPerSecond: found 0, expected a whole number from 1 to 1000000",
  ],
  ["a body limit above AWS's", { limits: { bodyBytesMax: 6_000_000 } }, "expected a whole number from 1024 to 5242880"],
  [
    "a network",
    { trustedProxies: ["10.0.0.0/33"] },
    '/trustedProxies/0: found "10.0.0.0/33", expected an address or network',
  ],
  [
    "plain http elsewhere",
    { publicUrl: "http://ephor.example" },
    '/publicUrl: found "http://ephor.example", expected an https address',
  ],
  ["a query in the address", { publicUrl: "https://ephor.example/?a=1" }, "expected an https address"],
  [
    "a channel kind",
    { channels: { a: { kind: "slak" } } },
    '/channels/a/kind: found "slak", expected one of "slack", "email"',
  ],
  [
    "two ways to Slack",
    { channels: { a: { kind: "slack", token: "env:A", webhookUrl: "env:B" } } },
    "/channels/a: found an object of 3 keys, expected exactly one",
  ],
  ["no place in Slack", { channels: { a: { kind: "slack", token: "env:A" } } }, "expected a `channel` beside `token`"],
  [
    "a metadata address",
    { channels: { a: { kind: "webhook", url: "https://169.254.169.254/x" } } },
    "/channels/a/url: ",
  ],
  [
    "an allow list for all",
    { allowLists: { "s3.x": [{ reason: "all" }] } },
    "/allowLists/s3.x/0: found an object of 1 keys, expected at least one of",
  ],
  [
    "a mode",
    { responsePolicy: { rules: [{ mode: "fix" }] } },
    '/responsePolicy/rules/0/mode: found "fix", expected one of "observe", "notify"',
  ],
  [
    "one match value",
    { responsePolicy: { rules: [{ match: { severity: "bad" }, mode: "auto" }] } },
    '/responsePolicy/rules/0/match/severity: found "bad"',
  ],
  [
    "one of several match values",
    { responsePolicy: { rules: [{ match: { severity: ["low", "bad"] }, mode: "auto" }] } },
    '/match/severity/1: found "bad"',
  ],
  [
    "a group of strangers",
    { groups: { security: ["bob"] } },
    '/groups/security/0: found "bob", expected the id of one of `people`',
  ],
  [
    "a member twice",
    { people: [ALICE], groups: { security: ["alice", "alice"] } },
    '/groups/security/1: found "alice", expected a value that /groups/security/0',
  ],
  [
    "an id twice",
    { people: [ALICE, { ...ALICE, email: "b@example.com" }] },
    '/people/1/id: found "alice", expected a value that /people/0/id does not have',
  ],
  [
    "an e-mail twice in another case",
    { people: [ALICE, { ...ALICE, id: "b", email: "Alice@example.com" }] },
    "/people/1/email: ",
  ],
  ["long values", { publicUrl: `x${"y".repeat(200)}` }, `/publicUrl: found "x${"y".repeat(59)}…", expected`],
])("%s is told with place, what was found and what was expected", (_, source, expected) => {
  expect(problems(source).join("\n")).toContain(expected);
});

test("every problem is listed, one a line, up to a hundred", () => {
  expect(problems({ version: 2, zzz: 1, limits: { inboxMax: "x" } })).toHaveLength(3);
  const many = problems({ trustedProxies: Array(100).fill("x"), groups: { "A B": ["x"] } });
  expect(many).toHaveLength(101);
  expect(many.at(-1)).toBe("… and 1 more");
});

test("a secret written in plain never shows in the error", () => {
  const channels = {
    a: { kind: "slack", token: "hunter2-token", channel: "#a" },
    b: { kind: "teams", webhookUrl: 1_234_567 },
    c: { kind: "webhook", url: "https://user:hunter2@x.example/" },
  };
  const shown = problems({ channels }).join("\n");
  expect(shown).not.toMatch(/hunter2|1234567/);
  expect(shown).toContain("/channels/a/token: found a plain value (hidden), expected a secret reference");
  expect(problems(`{"token": "hunter2" "x"}`).join("\n")).not.toContain("hunter2");
});

test("the error names the file", () => {
  const result = parseConfig("[]", { file: "etc/x.json" });
  expect(result).toMatchObject({ ok: false, error: { code: "config.invalid", path: "etc/x.json" } });
});

test.each([
  ["https://x.example", true],
  ["http://localhost:4400", true],
  ["http://127.8.8.8", true],
  ["http://[::1]:4400", true],
  ["http://10.0.0.1", false],
  ["https://u:p@x.example", false],
  ["https://x.example/#a", false],
  ["https://169.254.1.1", false],
  ["https://[fe80::1]/", false],
  ["https://[::ffff:169.254.169.254]/", false],
  ["https://[fd00:ec2::254]/", false],
  ["https://0xa9fea9fe/", false],
  ["https://metadata.google.internal/", false],
  ["ftp://x.example", false],
  ["x", false],
])("%s may be called: %s", (url, allowed) => expect(safeUrl(url) !== undefined).toBe(allowed));

test("the nearest name is near, or none", () => {
  expect(nearest("acounts", ["accounts", "people"])).toBe("accounts");
  expect(nearest("PEOPLE", ["accounts", "people"])).toBe("people");
  expect(nearest("unrelated", ["accounts", "people"])).toBeUndefined();
});
