import type { SecretOf, Store } from "@ephor/app/ports";
import { readResponse } from "@ephor/app/response-items";
import { EphorException, ephorError } from "@ephor/domain/error";
import { parseFindingId } from "@ephor/domain/ids";
import type { Remediation } from "@ephor/domain/remediation";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { remediation as shipped } from "@ephor/remediations/catalogue";
import { aWorld } from "../world.ts";
import { ACCOUNT, GROUP, type SimulatedAccount, simulatedAccount } from "./simulated-account.ts";

const MALLORY = `arn:aws:iam::${ACCOUNT}:user/mallory`;
const person = (id: string, more: object = {}) => ({
  ...{ id, name: id, email: `${id}@example.com`, roles: ["operator", "approver"] },
  ...more,
});

/** The shipped remediation, as it is, as one of low risk, and as one without a way back. */
const revoke = shipped("ec2.revoke-open-ingress");
if (revoke === undefined) throw new Error("the catalogue has no ec2.revoke-open-ingress");
const CATALOGUE: Readonly<Record<string, Remediation>> = {
  "ec2.revoke-open-ingress": revoke,
  "test.low-risk": { ...revoke, id: "test.low-risk", risk: "low" },
  "test.irreversible": { ...revoke, id: "test.irreversible", risk: "low", irreversible: "for this test" },
};

export const AUTO = { mode: "auto", risk: "low", remediation: "test.low-risk" };
export const APPROVE = { mode: "approve", risk: "medium", remediation: "ec2.revoke-open-ingress" };

export const configOf = (rule: object, more: Record<string, object> = {}) => ({
  accounts: { [ACCOUNT]: { environment: "staging" } },
  people: [person("mallory", { awsPrincipals: [MALLORY] }), person("bob"), person("carol"), person("dora")],
  groups: { approvers: ["bob", "carol"] },
  remediation: { enabled: true, accounts: { [ACCOUNT]: {} } },
  ...more,
  responsePolicy: { version: 3, rules: [{ match: { detection: "ec2.*" }, ...rule }], ...more["responsePolicy"] },
});

let serial = 0;
/** AuthorizeSecurityGroupIngress for each port from anywhere, as CloudTrail tells it. */
export const opened = (ports: readonly number[] = [22], more: object = {}) => ({
  ...{ eventVersion: "1.09", eventID: `00000000-0000-4000-9000-${String(++serial).padStart(12, "0")}` },
  ...{ eventSource: "ec2.amazonaws.com", eventName: "AuthorizeSecurityGroupIngress", eventType: "AwsApiCall" },
  ...{ eventCategory: "Management", managementEvent: true, readOnly: false, eventTime: "2026-02-01T10:00:00Z" },
  ...{ awsRegion: "eu-west-1", recipientAccountId: ACCOUNT, sourceIPAddress: "203.0.113.7", userAgent: "aws-cli" },
  userIdentity: { type: "IAMUser", principalId: "AIDA", arn: MALLORY, accountId: ACCOUNT, userName: "mallory" },
  requestParameters: {
    groupId: GROUP,
    ipPermissions: {
      items: ports.map((port) => ({
        ...{ ipProtocol: "tcp", fromPort: port, toPort: port, groups: {}, ipv6Ranges: {}, prefixListIds: {} },
        ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] },
      })),
    },
  },
  responseElements: null,
  ...more,
});

/** A store that counts what is under way, so that a test knows when nothing happens any more without more time. */
function watched() {
  let underWay = 0;
  let commits = 0;
  let diesAt = Number.POSITIVE_INFINITY;
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  };
  const around = (store: Store): Store => ({
    get: (key) => counted(() => store.get(key)),
    query: (query) => counted(() => store.query(query)),
    increment: (change) => counted(() => store.increment(change)),
    transact: async (writes, options) => {
      commits += 1;
      if (commits >= diesAt) throw new EphorException(ephorError("store.unavailable", "the process died"));
      return counted(() => store.transact(writes, options));
    },
  });
  return {
    around,
    isQuiet: () => underWay === 0,
    commits: () => commits,
    dieAtCommit: (count: number) => {
      diesAt = commits + count;
    },
    live: () => {
      diesAt = Number.POSITIVE_INFINITY;
    },
  };
}

const QUIET_TURNS = 25;
const TURNS_MAX = 20_000;

type Given = {
  readonly config: object;
  readonly account?: SimulatedAccount;
  readonly remediations?: typeof CATALOGUE;
  readonly secretOf?: SecretOf;
};

/** A whole node over a simulated account: one finding, and what becomes of it. */
export async function aResponseWorld(given: Given) {
  const { config, account = simulatedAccount(), remediations = CATALOGUE, secretOf } = given;
  const store = watched();
  const world = await aWorld(config, {
    remediations: (id) => remediations[id],
    awsAccess: account.awsAccess,
    around: store.around,
    ...(secretOf === undefined ? {} : { secretOf }),
  });

  /** Lets everything happen that needs no more time. */
  async function settle(): Promise<void> {
    let quiet = 0;
    for (let turn = 0; turn < TURNS_MAX && quiet < QUIET_TURNS; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = store.isQuiet() ? quiet + 1 : 0;
    }
    if (quiet < QUIET_TURNS) throw new Error("it does not come to rest");
  }
  const executionOf = async (workflow: string) => {
    const [line] = await world.executions(workflow);
    if (line === undefined) throw new Error(`no ${workflow} was started`);
    return line;
  };
  const finding = async () => {
    const [line] = await world.findings();
    if (line === undefined) throw new Error("no finding");
    return world.finding(line.id);
  };
  return {
    ...world,
    account,
    settle,
    store: world.store,
    dies: store,
    finding,
    executionOf,
    /** Hands the event in and lets everything happen that needs no time. */
    async begin(event: object = opened()) {
      await world.receive(event);
      await settle();
    },
    async pass(seconds: number) {
      world.time.advance(seconds);
      await settle();
    },
    /** Moves time on until the newest execution of the workflow has ended. */
    async toItsEnd(workflow = "respond", { stepSeconds = 20, stepsMax = 400 } = {}) {
      for (let step = 0; step < stepsMax; step++) {
        await settle();
        const line = await executionOf(workflow);
        if (line.status !== "RUNNING") return line;
        world.time.advance(stepSeconds);
      }
      throw new Error(`${workflow} does not end`);
    },
    async response() {
      const { id, generation } = await finding();
      const findingId = parseFindingId(id);
      if (findingId === undefined) throw new Error(`no finding id: ${id}`);
      const stored = await readResponse({ store: world.store() }, { tenant: DEFAULT_TENANT, findingId, generation });
      if (stored === undefined) throw new Error("no response");
      return stored.response;
    },
    async approval(state = "pending") {
      const answer = await world.as("bob").get("/v1/approvals");
      const items: readonly { id: string; state: string; subject: object }[] = answer.body.items;
      const found = items.find((one) => one.state === state);
      if (found === undefined) throw new Error(`no approval is ${state}: ${JSON.stringify(items)}`);
      return found;
    },
    async decide(who: string, decision: "approve" | "reject") {
      const answer = await world.as("bob").get("/v1/approvals");
      const pending = answer.body.items.find((one: { state: string }) => one.state === "pending");
      const said = await world.as(who).post(`/v1/approvals/${pending?.id}/decisions`, { decision, reason: "seen" });
      await settle();
      return said;
    },
    timeline: async () => (await finding()).timeline.map(({ kind }) => kind),
  };
}
export type ResponseWorld = Awaited<ReturnType<typeof aResponseWorld>>;
