import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { apiClient } from "@ephor/api/client";
import { adminTokenIn } from "@ephor/node/data-folder";
import example from "../../../docs/examples/sandbox.config.json" with { type: "json" };
import { type Victim as Account, victimOn } from "../../emulator/remediations/victim.ts";
import { startMoto } from "../../emulator/start-moto.ts";
import { Random } from "../../fuzz/random.ts";
import { ACCOUNT } from "../../sandbox/careless-account.ts";
import { type NodeProcess, startEphor } from "../../support/ephor-process.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { type AwsProxy, startAwsProxy } from "./aws-proxy.ts";
import { KINDS } from "./kinds.ts";
import { type NoticeReceiver, startNoticeReceiver } from "./notice-receiver.ts";
import type { People } from "./people.ts";
import type { Victim } from "./victims.ts";

export type ResponseFaultSettings = {
  readonly seed: number;
  readonly kills: number;
  readonly say: (line: string) => void;
};

/** All that stands around the node that is killed, and outlives it. */
export type World = {
  readonly settings: ResponseFaultSettings;
  /** When the node dies; what is careless, and what becomes of it. */
  readonly random: Random;
  readonly victimRandom: Random;
  readonly data: string;
  readonly config: string;
  readonly account: Account;
  readonly proxy: AwsProxy;
  readonly receiver: NoticeReceiver;
  readonly people: People;
  /** By resource. */
  readonly victims: Map<string, Victim>;
};

const CHANNEL_KEY = "signed-with-this";
const CHANNEL_KEY_VARIABLE = "EPHOR_FAULTS_CHANNEL_KEY";

/** The people of the sandbox, a policy for each kind of change, one channel, and no bound that the run would meet. */
const configFor = (receiver: NoticeReceiver) => ({
  ...{ version: 1, accounts: example.accounts, people: example.people, groups: example.groups },
  channels: {
    hook: {
      ...{ kind: "webhook", url: receiver.url, signingKey: `env:${CHANNEL_KEY_VARIABLE}` },
      messagesPerMinute: 1_000_000,
    },
  },
  responsePolicy: {
    rules: KINDS.map(({ rule }) => rule),
    budget: { perAccountPerHour: 10_000, perHour: 10_000 },
  },
  remediation: { enabled: true, accounts: { [ACCOUNT]: {} } },
});

/** Runs `work` in a world of its own, and takes it down whatever happens. */
export async function inWorld<T>(settings: ResponseFaultSettings, work: (world: World) => Promise<T>): Promise<T> {
  const folder = tempFolder();
  const stops: (() => Promise<unknown>)[] = [async () => folder.remove()];
  const { seed } = settings;
  try {
    const moto = await startMoto();
    stops.push(moto.stop);
    const proxy = await startAwsProxy({ upstream: moto.endpoint, random: new Random(seed + 1) });
    stops.push(proxy.stop);
    const receiver = await startNoticeReceiver({ key: CHANNEL_KEY, random: new Random(seed + 2) });
    stops.push(receiver.stop);
    const account = await victimOn("moto", moto.endpoint);
    const config = join(folder.path, "ephor.config.json");
    writeFileSync(config, JSON.stringify(configFor(receiver)));
    const place = { data: join(folder.path, "data"), config, proxy };
    const tokens = await tokensFor(place);
    return await work({
      ...{ ...place, settings, account, receiver, victims: new Map() },
      ...{ random: new Random(seed), victimRandom: new Random(seed + 3) },
      people: { tokens, sent: new Map(), wrong: [] },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

type Place = Pick<World, "data" | "config" | "proxy">;

export const startNode = ({ data, config, ...of }: Place): Promise<NodeProcess> =>
  startEphor({ data, config }, { env: environmentOf(of) });

/** What a node is given to reach the account, by the proxy, and to sign what it sends. */
export const environmentOf = ({ proxy }: Pick<Place, "proxy">): Readonly<Record<string, string>> => ({
  ...{ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" },
  ...{ AWS_ENDPOINT_URL: proxy.endpoint, AWS_EC2_METADATA_DISABLED: "true" },
  ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
  [CHANNEL_KEY_VARIABLE]: CHANNEL_KEY,
});

export const adminOf = ({ url }: Pick<NodeProcess, "url">, { data }: Pick<World, "data">) =>
  apiClient({ url, token: readFileSync(adminTokenIn(data), "utf8").trim() });

/** A quiet node's first life: everybody gets a token of their own. */
async function tokensFor(place: Place): Promise<People["tokens"]> {
  const node = await startNode(place);
  const admin = adminOf(node, place);
  const tokenFor = async (person: string): Promise<string> => {
    const made = await admin.createToken({ name: person, role: "approver", person });
    if (!made.ok) throw new Error(made.error.message);
    return made.value.secret;
  };
  try {
    return { maya: await tokenFor("maya"), jonas: await tokenFor("jonas") };
  } finally {
    await node.stop();
  }
}
