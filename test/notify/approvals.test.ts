import { slackSignature } from "@ephor/app/slack-signature";
import { epochMsOf } from "@ephor/domain/time";
import { remediation } from "@ephor/remediations/catalogue";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { until } from "../support/until.ts";
import { verifiedLog } from "../support/verified-log.ts";
import { configOf, opened } from "../workflows/support/response-world.ts";
import { simulatedAccount } from "../workflows/support/simulated-account.ts";
import { aWorld } from "../workflows/world.ts";
import { aReceiver, type Received } from "./support/servers.ts";

const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const BOB = "U0000000B0B";

async function aMailServer() {
  const mails: { to: string[]; parsed: ParsedMail }[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS"] },
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const to = session.envelope.rcptTo.map(({ address }) => address);
      mails.push({ to, parsed: await simpleParser(Buffer.concat(chunks)) });
      done();
    },
  });
  const { port } = await new Promise<{ port: number }>((ready) => {
    const listening = server.listen(0, "127.0.0.1", () => ready(listening.address() as { port: number }));
  });
  onTestFinished(() => new Promise<void>((closed) => server.close(closed)));
  return { url: `smtp://127.0.0.1:${port}`, mails };
}

/** A node that asks for approvals by mail, Slack and a webhook, over a simulated account. */
async function anAskingWorld({ risk = "medium" }: { risk?: "medium" | "high" } = {}) {
  const mail = await aMailServer();
  const hook = await aReceiver();
  let posted = 0;
  const slack = await aReceiver(
    (_, response) => void response.end(JSON.stringify({ ok: true, channel: "C0123456789", ts: `${++posted}.0` })),
  );
  const secrets: Readonly<Record<string, string>> = { "env:T": "xoxb", "env:S": SIGNING_SECRET, "env:SMTP": mail.url };
  const base = configOf({ mode: "approve", risk, remediation: "ec2.revoke-open-ingress" });
  const people = base.people.map((one) => (one.id === "bob" ? { ...one, slackId: BOB } : one));
  const channels = {
    mail: { kind: "email", smtpUrl: "env:SMTP", from: "ephor@example.com", to: ["everyone@example.com"] },
    slack: { kind: "slack", token: "env:T", signingSecret: "env:S", channel: "C0123456789", apiUrl: slack.url },
    hook: { kind: "webhook", url: hook.url },
  };
  const account = simulatedAccount();
  const world = await aWorld(
    { ...base, people, channels, publicUrl: "https://ephor.example" },
    {
      ...{ remediations: remediation, awsAccess: account.awsAccess },
      secretOf: async (reference) => ({ ok: true, value: secrets[reference] ?? "" }),
    },
  );
  await world.receive(opened());
  await until(
    "everybody is asked",
    () => mail.mails.length >= 2 && callsOf(slack.received, "chat.postMessage").length >= 1,
  );
  const { items } = (await world.as("bob").get("/v1/approvals")).body;
  return { world, account, mail, slack, hook, approval: items[0] as { id: string; state: string } };
}
type Asking = Awaited<ReturnType<typeof anAskingWorld>>;

const callsOf = (received: readonly Received[], method: string) =>
  received.filter(({ path }) => path.endsWith(method)).map(({ body }) => JSON.parse(body));

/** Posts an interaction as Slack would, or with whatever a test wants otherwise. */
async function interact(
  { world }: Asking,
  payload: object,
  more: { secret?: string; timestamp?: string; signature?: string } = {},
) {
  const timestamp = more.timestamp ?? String(Math.floor(epochMsOf(world.time.clock.now()) / 1000));
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const signature = more.signature ?? slackSignature(more.secret ?? SIGNING_SECRET, { timestamp, body });
  const answer = await world.node().api.fetch(
    new Request("http://node/v1/slack/actions", {
      method: "POST",
      headers: {
        ...{ "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": timestamp },
        "x-slack-signature": signature,
      },
      body,
    }),
    { address: "192.0.2.1" },
  );
  return { status: answer.status, text: await answer.text() };
}

let clicks = 0;
const click = ({ approval }: Asking, action: string, user = BOB) => ({
  ...{ type: "block_actions", user: { id: user }, trigger_id: `t-${++clicks}`, channel: { id: "C0123456789" } },
  actions: [{ action_id: action, value: `default/${approval.id}` }],
});
const submission = ({ approval }: Asking, decision: string, reason: string, user = BOB) => ({
  ...{ type: "view_submission", user: { id: user } },
  view: {
    callback_id: "ephor-decide",
    private_metadata: JSON.stringify({ subject: `default/${approval.id}`, decision, channel: "slack" }),
    state: { values: { "ephor-reason": { text: { value: reason } } } },
  },
});
const stateOf = async ({ world, approval }: Asking) =>
  (await world.as("bob").get(`/v1/approvals/${approval.id}`)).body as { state: string; decisions: object[] };
const refusals = async ({ world }: Asking) => (await world.records()).filter(({ did }) => did === "refused");

describe("people are asked", () => {
  test("by one mail each, with a link and code of their own; neither the one who caused it nor the channel's list", async () => {
    const asking = await anAskingWorld();
    const requests = asking.mail.mails.filter(({ parsed }) => parsed.subject?.startsWith("Approval needed"));
    expect(requests.map(({ to }) => to).sort()).toEqual([["bob@example.com"], ["carol@example.com"]]);
    const links = requests.map(({ parsed }) => /https:\/\/ephor\.example\/approve\/\S+/.exec(parsed.text ?? "")?.[0]);
    expect(new Set(links).size).toBe(2);
    for (const { parsed } of requests) {
      expect(parsed.text).toContain("What will be done");
      expect(parsed.text).toMatch(/Code, to be typed on the page\s+[2-9C-Y]{4}/);
    }
  });

  test("in Slack by buttons without anybody's link, and nowhere else by anything that decides", async () => {
    const { slack, hook } = await anAskingWorld();
    await until("the webhook is told", () => hook.received.length > 0);
    const [message] = callsOf(slack.received, "chat.postMessage");
    expect(JSON.stringify(message)).toContain("ephor-approve");
    for (const body of [JSON.stringify(message), ...hook.received.map((one) => one.body)]) {
      expect(body).not.toContain("/approve/");
    }
  });

  test("by their own link alone where the risk is high", async () => {
    const asking = await anAskingWorld({ risk: "high" });
    const [message] = callsOf(asking.slack.received, "chat.postMessage");
    expect(JSON.stringify(message)).not.toMatch(/ephor-approve|ephor-reject/);
    expect((await interact(asking, click(asking, "ephor-open"))).status).toBe(200);
    const [alone] = await until("bob's link", () => {
      const calls = callsOf(asking.slack.received, "chat.postEphemeral");
      return calls.length > 0 && calls;
    });
    expect(alone.user).toBe(BOB);
    expect(JSON.stringify(alone)).toContain("https://ephor.example/approve/");
  });
});

describe("a decision in Slack", () => {
  test("asks for the reason, counts once, is carried out, and changes the message", async () => {
    const asking = await anAskingWorld();
    const { slack, world } = asking;
    expect(await interact(asking, click(asking, "ephor-approve"))).toEqual({ status: 200, text: "" });
    expect(callsOf(slack.received, "views.open")).toHaveLength(1);
    expect((await stateOf(asking)).decisions).toEqual([]);
    expect((await interact(asking, submission(asking, "approve", "seen with Mallory"))).status).toBe(200);
    const decided = await until("the decision", async () => {
      const shown = await stateOf(asking);
      return shown.decisions.length === 1 && shown;
    });
    expect(decided.decisions).toMatchObject([{ person: "bob", via: "slack", reason: "seen with Mallory" }]);
    await until("the message has changed", () => callsOf(slack.received, "chat.update").length > 0);
    const [changed] = callsOf(slack.received, "chat.update");
    expect(changed).toMatchObject({ channel: "C0123456789", ts: "1.0" });
    expect(JSON.stringify(changed)).not.toContain("ephor-approve");
    expect(JSON.stringify(changed)).toContain("Approved");
    await until("the port is closed", () => {
      world.time.advance(5);
      return asking.account.openPorts()?.length === 0;
    });
    expect(await verifiedLog(world)).toMatchObject({ ok: true, decisions: 1 });
  });

  test("of high risk is not counted, whatever a button said, and the person is told why", async () => {
    const asking = await anAskingWorld({ risk: "high" });
    expect((await interact(asking, submission(asking, "approve", "quick"))).status).toBe(200);
    const [told] = await until("the refusal", () => {
      const calls = callsOf(asking.slack.received, "chat.postEphemeral");
      return calls.length > 0 && calls;
    });
    expect(JSON.stringify(told)).toContain("was not counted");
    expect(await stateOf(asking)).toMatchObject({ state: "pending", decisions: [] });
  });

  test("counts without a reason where Slack cannot ask for one", async () => {
    const asking = await anAskingWorld();
    // Nothing answers any more where Slack was.
    const failing = await aReceiver((_, response) => void response.writeHead(500).end());
    const channel = asking.world.config.channels["slack"];
    if (channel !== undefined && channel.kind === "slack") channel.apiUrl = failing.url;
    expect((await interact(asking, click(asking, "ephor-reject"))).status).toBe(200);
    const decided = await until("the decision", async () => {
      const shown = await stateOf(asking);
      return shown.decisions.length === 1 && shown;
    });
    expect(decided).toMatchObject({ state: "rejected", decisions: [{ reason: "by button in Slack" }] });
  });
});

describe("what is not Slack's own, or comes again, decides nothing", () => {
  test.each([
    ["a wrong secret", { secret: "another" }],
    ["a wrong signature", { signature: `v0=${"0".repeat(64)}` }],
    ["an old time", { timestamp: "1700000000" }],
    ["no time", { timestamp: "soon" }],
  ])("%s: refused, and never ledgered", async (_, more) => {
    const asking = await anAskingWorld();
    expect((await interact(asking, submission(asking, "approve", "x"), more)).status).toBe(401);
    expect(await stateOf(asking)).toMatchObject({ decisions: [] });
    expect(await refusals(asking)).toEqual([]);
  });

  test("a time that is just over five minutes old is too old, one just within is not", async () => {
    const asking = await anAskingWorld();
    const seconds = Math.floor(epochMsOf(asking.world.time.clock.now()) / 1000);
    const at = (age: number) => ({ timestamp: String(seconds - age) });
    expect((await interact(asking, click(asking, "ephor-open"), at(301))).status).toBe(401);
    expect((await interact(asking, click(asking, "ephor-open"), at(299))).status).toBe(200);
  });

  test("the same request a second time is refused and ledgered once", async () => {
    const asking = await anAskingWorld();
    const payload = click(asking, "ephor-open");
    expect((await interact(asking, payload)).status).toBe(200);
    expect((await interact(asking, payload)).status).toBe(401);
    expect((await interact(asking, payload)).status).toBe(401);
    expect(await refusals(asking)).toHaveLength(1);
  });

  test("a Slack user who is nobody known is refused and ledgered", async () => {
    const asking = await anAskingWorld();
    expect((await interact(asking, submission(asking, "approve", "x", "U0000STRANGER"))).status).toBe(403);
    expect(await stateOf(asking)).toMatchObject({ decisions: [] });
    expect(await refusals(asking)).toHaveLength(1);
  });

  test.each([
    ["no payload", {}],
    ["another button", { type: "block_actions", user: { id: BOB }, trigger_id: "t", actions: [{ action_id: "x" }] }],
    ["another kind", { type: "shortcut", user: { id: BOB } }],
  ])("%s: told what was expected", async (_, payload) => {
    const asking = await anAskingWorld();
    expect((await interact(asking, payload)).status).toBe(400);
  });
});
