import type { Config } from "@ephor/domain/config/config";
import { secretRefsOf, secretsManagerName } from "@ephor/domain/config/secret-refs";

type Channels = Config["channels"];

/** The channels, whose secrets all lie where a function can read them. Throws the first that does not, by its field. */
export function readableChannels({ channels }: Pick<Config, "channels">): Channels {
  const elsewhere = refsOf(channels).find(({ reference }) => secretsManagerName(reference) === undefined);
  if (elsewhere === undefined) return channels;
  throw new Error(`${elsewhere.path}: on AWS a secret lies in Secrets Manager; expected secretsmanager:NAME.`);
}

/** Names of the channels' secrets in Secrets Manager, each once. */
export const channelSecrets = (channels: Channels): readonly string[] => [
  ...new Set(refsOf(channels).flatMap(({ reference }) => secretsManagerName(reference) ?? [])),
];

const refsOf = (channels: Channels) => secretRefsOf({ channels, remediation: { enabled: false, accounts: {} } });

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
