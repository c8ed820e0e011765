import type { Config } from "@ephor/domain/config/config";
import { secretRefsOf, secretsManagerName } from "@ephor/domain/config/secret-refs";

type Channels = Config["channels"];

/** Throws the first secret that does not lie where a function can read it, by its field. */
export function checkSecrets(config: Pick<Config, "channels" | "remediation">): void {
  const elsewhere = secretRefsOf(config).find(({ reference }) => secretsManagerName(reference) === undefined);
  if (elsewhere === undefined) return;
  throw new Error(`${elsewhere.path}: on AWS a secret lies in Secrets Manager; expected secretsmanager:NAME.`);
}

/** Names of the channels' secrets in Secrets Manager, each once. */
export const channelSecrets = (channels: Channels): readonly string[] =>
  namesIn({ channels, remediation: { enabled: false, accounts: {} } });

/** Names of the external ids of the accounts' roles in Secrets Manager, each once. */
export const externalIdSecrets = (accounts: Config["remediation"]["accounts"]): readonly string[] =>
  namesIn({ channels: {}, remediation: { enabled: false, accounts } });

const namesIn = (config: Pick<Config, "channels" | "remediation">): readonly string[] => [
  ...new Set(secretRefsOf(config).flatMap(({ reference }) => secretsManagerName(reference) ?? [])),
];

export type SesSender = { readonly region: string; readonly from: string };

/** In whose name mail goes by SES, and from which Region, each once. */
export function sesSenders(channels: Channels): readonly SesSender[] {
  const senders = new Map<string, SesSender>();
  for (const channel of Object.values(channels)) {
    if (channel.kind !== "email" || channel.sesRegion === undefined) continue;
    const sender = { region: channel.sesRegion, from: channel.from };
    senders.set(`${sender.region} ${sender.from}`, sender);
  }
  return [...senders.values()];
}

/** Which of the two is verified, the address or its domain, is SES's to know. */
export const identitiesOf = (from: string): readonly string[] => [from, from.slice(from.lastIndexOf("@") + 1)];
