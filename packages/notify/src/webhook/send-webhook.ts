import { createHmac } from "node:crypto";
import { ok } from "@ephor/domain/result";
import { epochMsOf } from "@ephor/domain/time";
import { judged } from "../outcome.ts";
import type { Sender } from "../sender.ts";
import { webhookBody } from "./webhook-body.ts";

export const SIGNATURE_HEADER = "x-ephor-signature";
export const DELIVERY_HEADER = "x-ephor-delivery";

/** `t=<seconds>,v1=<hex>`: HMAC-SHA-256 over `<seconds>.<body>`, so that neither can be changed and an old one can be told. */
export function signatureOf(body: string, { key, seconds }: { key: string; seconds: number }): string {
  return `t=${seconds},v1=${createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex")}`;
}

export const sendWebhook: Sender<"webhook"> = async (d, { channel, message }) => {
  const body = JSON.stringify(webhookBody(message));
  const key = channel.signingKey === undefined ? undefined : await d.secretOf(channel.signingKey);
  if (key?.ok === false) return key;
  const seconds = Math.floor(epochMsOf(d.clock.now()) / 1000);
  const signed = key === undefined ? {} : { [SIGNATURE_HEADER]: signatureOf(body, { key: key.value, seconds }) };
  const answered = await d.http.post({ url: channel.url, body, headers: { [DELIVERY_HEADER]: message.id, ...signed } });
  if (!answered.ok) return answered;
  const judgement = judged(answered.value, new URL(channel.url).host);
  return judgement.ok ? ok({ reference: null }) : judgement;
};
