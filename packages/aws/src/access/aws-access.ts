import { STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import type { AwsAccess, Clock, Random, SecretOf } from "@ephor/app/ports";
import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationAccess } from "@ephor/domain/config/remediation";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { epochMsOf } from "@ephor/domain/time";
import { awsCall } from "./aws-call.ts";
import { type Connections, connections } from "./request-handler.ts";
import { sessionPolicy } from "./session-policy.ts";
import { type AccessError, assumeRole, ownAccount } from "./sts.ts";

const MINUTE_MS = 60_000;
/** A session is used no longer when so little of it is left: a change that begins must be able to end. */
const LEFT_MS = 5 * MINUTE_MS;
/** Whose credentials the node's own are, is asked again after this time. */
const IDENTITY_MS = 5 * MINUTE_MS;
const SESSIONS_MAX = 256;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/;

export type AwsAccessDeps = {
  readonly clock: Clock;
  readonly random: Random;
  /** `remediation.accounts` of the configuration. */
  readonly accounts: Readonly<Record<string, RemediationAccess>>;
  /** Reads what a secret reference (`env:NAME`, `file:PATH`) names. */
  readonly secretOf: SecretOf;
  /** Ephor's own; the SDK's default chain where absent. */
  readonly credentials?: NonNullable<STSClientConfig["credentials"]>;
  /** Given by tests alone, as are `timeoutMs`. */
  readonly wait?: (ms: number) => Promise<void>;
  readonly timeoutMs?: number;
};

type Opening = Parameters<AwsAccess["open"]>[0];
type Opened = { readonly call: AwsCall; readonly untilMs: number };
type Shared = AwsAccessDeps & { readonly connections: Connections; readonly forget: (key: string) => void };

/**
 * AWS for remediations (remediation.md): in listed accounts alone, as the account's role narrowed by a session policy to the
 * actions that are asked for, or, where no role is named, with Ephor's own credentials once STS has said that they are of
 * that very account. Endpoints can be overridden by AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>, as with any SDK.
 */
export function awsAccess(d: AwsAccessDeps): AwsAccess {
  const sessions = new Map<string, Promise<Result<Opened, AccessError>>>();
  const shared: Shared = { ...d, connections: connections(), forget: (key) => sessions.delete(key) };
  return {
    async open(of) {
      const key = keyOf(d, of);
      const kept = sessions.get(key);
      if (kept !== undefined && isFresh(await kept, d.clock)) return called(await kept);
      const opening = openOne(shared, { ...of, key });
      sessions.delete(key);
      sessions.set(key, opening);
      for (const oldest of sessions.keys()) if (sessions.size > SESSIONS_MAX) sessions.delete(oldest);
      const opened = await opening;
      if (!opened.ok && sessions.get(key) === opening) sessions.delete(key);
      return called(opened);
    },
  };
}

/** Ephor's own credentials are the same for every change; a session is one change's alone. */
function keyOf({ accounts }: Pick<AwsAccessDeps, "accounts">, of: Opening): string {
  const isSession = Object.hasOwn(accounts, of.account) && accounts[of.account]?.roleArn !== undefined;
  return JSON.stringify([of.account, of.region, ...(isSession ? [[...of.actions].sort(), of.sessionName] : [])]);
}

const isFresh = (opened: Result<Opened, AccessError>, clock: Clock): boolean =>
  opened.ok && opened.value.untilMs > epochMsOf(clock.now());

const called = (opened: Result<Opened, AccessError>) => (opened.ok ? ok(opened.value.call) : opened);

async function openOne(d: Shared, of: Opening & { key: string }): Promise<Result<Opened, AccessError>> {
  const access = Object.hasOwn(d.accounts, of.account) ? d.accounts[of.account] : undefined;
  if (access === undefined) return noAccess(`${of.account} is none of the accounts in remediation.accounts`);
  if (!REGION.test(of.region)) return noAccess(`"${of.region.slice(0, 50)}" is no Region`);
  const own = d.credentials === undefined ? {} : { credentials: d.credentials };
  const { handler: requestHandler } = d.connections;
  const client = new STSClient({ region: of.region, requestHandler, maxAttempts: 1, ...own });
  return access.roleArn === undefined
    ? ambient({ ...d, client }, of)
    : asRole({ ...d, client }, { ...of, ...access, roleArn: access.roleArn });
}

type WithClient = Shared & { readonly client: STSClient };

/** Ephor's own credentials. They cannot be narrowed, so a role is the better way. */
async function ambient(d: WithClient, of: Opening & { key: string }): Promise<Result<Opened, AccessError>> {
  const account = await ownAccount(d);
  if (!account.ok) return account;
  if (account.value !== of.account) {
    return noAccess(
      `Ephor's own AWS credentials are of account ${account.value}, not of ${of.account}: name a role in remediation.accounts`,
    );
  }
  const { credentials } = d.client.config;
  return ok({ call: callWith(d, { ...of, credentials }), untilMs: epochMsOf(d.clock.now()) + IDENTITY_MS });
}

type AsRole = Opening & { readonly key: string } & Pick<RemediationAccess, "externalId"> & { readonly roleArn: string };

async function asRole(d: WithClient, of: AsRole): Promise<Result<Opened, AccessError>> {
  const { roleArn, sessionName } = of;
  if (roleArn.split(":")[4] !== of.account) return noAccess(`${roleArn} is no role of account ${of.account}`);
  if (!SESSION_NAME.test(sessionName)) return noAccess(`"${sessionName.slice(0, 70)}" is no name of a session`);
  const policy = sessionPolicy(of);
  if (!policy.ok) return policy;
  const externalId = of.externalId === undefined ? ok(undefined) : await d.secretOf(of.externalId);
  if (!externalId.ok) return noAccess(`the external id of ${of.account} cannot be read: ${externalId.error.message}`);
  const assumed = await assumeRole(d, { roleArn, sessionName, policy: policy.value, externalId: externalId.value });
  if (!assumed.ok) return assumed;
  const { expiration, ...credentials } = assumed.value;
  return ok({ call: callWith(d, { ...of, credentials }), untilMs: expiration.getTime() - LEFT_MS });
}

type Calling = Pick<Opening, "region"> & { key: string; credentials: NonNullable<STSClientConfig["credentials"]> };

const callWith = (d: Shared, { region, credentials, key }: Calling): AwsCall =>
  awsCall(d, { region, credentials, onExpired: () => d.forget(key) });

const noAccess = (message: string) => err(ephorError("remediation.no-access", message));
