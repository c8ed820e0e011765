import type { Channel } from "./channel.ts";
import type { Config } from "./config.ts";
import { pointer } from "./problems.ts";

/** A secret reference of a configuration, and the field that holds it. */
export type SecretRef = { readonly path: string; readonly reference: string };

const CHANNEL_FIELDS = ["token", "signingSecret", "webhookUrl", "smtpUrl", "routingKey", "signingKey"] as const;

/** Every secret that a configuration refers to, in its order. */
export function secretRefsOf({
  channels,
  remediation,
}: Pick<Config, "channels" | "remediation">): readonly SecretRef[] {
  return [
    ...Object.entries(channels).flatMap(([name, channel]) => ofChannel(name, channel)),
    ...Object.entries(remediation.accounts).flatMap(([account, { externalId }]) =>
      externalId === undefined
        ? []
        : [{ path: pointer(["remediation", "accounts", account, "externalId"]), reference: externalId }],
    ),
  ];
}

function ofChannel(name: string, channel: Channel): readonly SecretRef[] {
  const held = new Map<string, unknown>(Object.entries(channel));
  return CHANNEL_FIELDS.flatMap((field) => {
    const reference = held.get(field);
    return typeof reference === "string" ? [{ path: pointer(["channels", name, field]), reference }] : [];
  });
}

const IN_SECRETS_MANAGER = "secretsmanager:";

/** The name in AWS Secrets Manager, where the reference is one of that form. */
export const secretsManagerName = (reference: string): string | undefined =>
  reference.startsWith(IN_SECRETS_MANAGER) ? reference.slice(IN_SECRETS_MANAGER.length) : undefined;
