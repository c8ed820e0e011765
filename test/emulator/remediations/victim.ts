import { randomBytes } from "node:crypto";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import type { AwsAccess, Sealer } from "@ephor/app/ports";
import { awsAccess } from "@ephor/aws/access/aws-access";
import { kmsSealer } from "@ephor/aws/kms/sealer";
import { ok } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";
import { startMinistack } from "../start-ministack.ts";
import { startMoto } from "../start-moto.ts";
import { type VictimClients, victimClients } from "./victim-clients.ts";

/** moto's own; MiniStack takes any. */
export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
const ROLE = "ephor-remediation";
const EXTERNAL_ID = "shared-with-the-victim";
export type Emulator = "ministack" | "moto";

/** An account to be careless in, on one emulator, with a remediation role that is really taken on. */
export type Victim = {
  readonly emulator: Emulator;
  readonly endpoint: string;
  /** AWS's own clients, apart from those of Ephor: what they see is what is there. */
  readonly clients: VictimClients;
  readonly awsAccess: AwsAccess;
};
export type Victims = Readonly<Record<Emulator, Victim>> & {
  readonly sealer: Sealer;
  readonly stop: () => Promise<void>;
};

const machine = {
  clock: { now: () => timestamp(Date.now()) },
  random: { bytes: (count: number) => randomBytes(count) },
};

export async function startVictims(): Promise<Victims> {
  const ministack = await startMinistack({ account: ACCOUNT, region: REGION });
  const moto = await startMoto();
  const stop = async () => {
    await Promise.all([ministack.stop(), moto.stop()]);
  };
  try {
    const [one, other] = [await victimOn("ministack", ministack.endpoint), await victimOn("moto", moto.endpoint)];
    const { kms } = one.clients;
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const sealer = kmsSealer({ ...machine, client: kms, keyId: KeyMetadata?.Arn ?? "" });
    return { ministack: one, moto: other, sealer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function victimOn(emulator: Emulator, endpoint: string): Promise<Victim> {
  const clients = victimClients({ endpoint, region: REGION });
  await clients.iam.send(
    new CreateRoleCommand({
      RoleName: ROLE,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "sts:ExternalId": EXTERNAL_ID } },
          },
        ],
      }),
    }),
  );
  const access = awsAccess({
    ...machine,
    accounts: { [ACCOUNT]: { roleArn: `arn:aws:iam::${ACCOUNT}:role/${ROLE}`, externalId: "env:EXTERNAL_ID" } },
    secretOf: async () => ok(EXTERNAL_ID),
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return { emulator, endpoint, clients, awsAccess: access };
}

/** Has Ephor's clients, which know nothing of emulators, find this one as any SDK finds an endpoint of one's own. */
export function pointAt({ endpoint }: Pick<Victim, "endpoint">): void {
  process.env["AWS_ENDPOINT_URL"] = endpoint;
  // S3 Control puts the account before the host, which an address of numbers does not take.
  process.env["AWS_ENDPOINT_URL_S3_CONTROL"] = endpoint.replace("127.0.0.1", "localhost");
}
