import { randomUUID } from "node:crypto";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { CREDENTIALS } from "./clients.ts";
import { EXTERNAL_ID_SECRET, VICTIM, VICTIM_ROLE } from "./deployed-config.ts";
import { type VictimClients, victimClients } from "./remediations/victim-clients.ts";
import { HOME_REGION, type System } from "./system.ts";

const EXTERNAL_ID = "shared-with-the-victim";
/** As many as LookupEvents gives at once, and the emulator at all. */
const CALLS_MAX = 50;

/** A session of the victim's role that Ephor asked for. */
export type RoleSession = {
  readonly name: string;
  readonly roleArn: string;
  readonly hasExternalId: boolean;
  /** What its policy allows. */
  readonly actions: readonly string[];
};

/** Another account of the same emulator, which knows an account by the key that a call is signed with. */
export type VictimAccount = {
  /** AWS's own clients with the account's own key: what they see is what is there. */
  readonly clients: VictimClients;
  /** How many calls changed this resource since, those with the account's own key left out. */
  readonly changesBySessions: (of: Looked & { readonly resource: string }) => Promise<number>;
  /** Sessions of the victim's role since whose name holds `text`, oldest first. */
  readonly sessionsFor: (of: { readonly text: string; readonly since: Date }) => Promise<readonly RoleSession[]>;
};

/** The account with the role that docs/iam.md asks for, and the external id where the deployed functions read it. */
export async function prepareVictim({ endpoint }: Pick<System, "endpoint">): Promise<VictimAccount> {
  const at = { endpoint, region: HOME_REGION };
  const clients = victimClients({ ...at, credentials: { accessKeyId: VICTIM, secretAccessKey: "test" } });
  const home = victimClients(at);
  const Statement = [
    {
      ...{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::111111111111:root" }, Action: "sts:AssumeRole" },
      Condition: { StringEquals: { "sts:ExternalId": EXTERNAL_ID } },
    },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await clients.iam.send(new CreateRoleCommand({ RoleName: VICTIM_ROLE, AssumeRolePolicyDocument }));
  const secrets = new SecretsManagerClient({ ...at, credentials: CREDENTIALS });
  await secrets.send(
    new CreateSecretCommand({
      ...{ Name: EXTERNAL_ID_SECRET, SecretString: EXTERNAL_ID, ClientRequestToken: randomUUID() },
    }),
  );
  return {
    clients,
    async changesBySessions({ resource, ...of }) {
      const calls = await callsNoted(clients, of);
      return calls.filter(({ isRead, keyId, told }) => !isRead && keyId !== VICTIM && told.includes(resource)).length;
    },
    async sessionsFor({ text, since }) {
      const calls = await callsNoted(home, { service: "sts", since });
      const asked = calls.map(({ parameters }) => parameters).filter(({ Action }) => Action === "AssumeRole");
      return asked.map(sessionOf).filter(({ name }) => name.includes(text));
    },
  };
}

type Looked = { readonly service: string; readonly since: Date };
type Noted = {
  readonly keyId: string;
  readonly parameters: JsonObject;
  readonly isRead: boolean;
  /** Where the resource's name stands. */
  readonly told: string;
};

/** The calls of a service in an account that CloudTrail noted since, oldest first; the emulator gives fifty at most. */
async function callsNoted({ cloudtrail }: VictimClients, { service, since }: Looked): Promise<readonly Noted[]> {
  const LookupAttributes = [{ AttributeKey: "EventSource" as const, AttributeValue: `${service}.amazonaws.com` }];
  const { Events = [] } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes, StartTime: since }));
  if (Events.length === CALLS_MAX) throw new Error(`CloudTrail may have noted more calls of ${service} than it tells`);
  return Events.toReversed().map(({ AccessKeyId: keyId = "", CloudTrailEvent: record = "{}", Resources }) => {
    const { requestParameters, eventName, readOnly }: JsonObject = JSON.parse(record);
    const parameters = isJsonObject(requestParameters) ? requestParameters : {};
    const operation = String(parameters["Action"] ?? eventName);
    const isRead = readOnly === "true" || /^(?:Describe|Get|Head|List)/.test(operation);
    return { keyId, parameters, isRead, told: JSON.stringify([parameters, Resources]) };
  });
}

function sessionOf({ RoleSessionName, RoleArn, ExternalId, Policy }: JsonObject): RoleSession {
  const { Statement }: { Statement: readonly { Action: readonly string[] }[] } = JSON.parse(String(Policy));
  return {
    ...{ name: String(RoleSessionName), roleArn: String(RoleArn), hasExternalId: ExternalId === EXTERNAL_ID },
    actions: Statement.flatMap(({ Action }) => Action).sort(),
  };
}
