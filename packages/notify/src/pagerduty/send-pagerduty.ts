import { showUnseen } from "@ephor/domain/escape";
import type { JsonObject } from "@ephor/domain/json";
import type { Message } from "@ephor/domain/notice";
import { ok } from "@ephor/domain/result";
import type { Severity } from "@ephor/domain/severity";
import { diffLine } from "../diff-line.ts";
import { fit } from "../fit.ts";
import { judged } from "../outcome.ts";
import type { Sender } from "../sender.ts";

/** https://developer.pagerduty.com/docs/send-alert-event : bounds of fields; an event has at most 512 KB in all. */
const SUMMARY_MAX = 1024;
const DEDUP_KEY_MAX = 255;
const TEXT_MAX = 4_000;
const FACTS_MAX = 30;
const DIFF_MAX = 50;

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
  informational: "info",
};

/** Triggers the incident of the message's group, or resolves it where the matter is settled. */
export const sendPagerduty: Sender<"pagerduty"> = async (d, { channel, message }) => {
  const key = await d.secretOf(channel.routingKey);
  if (!key.ok) return key;
  const body = JSON.stringify({ routing_key: key.value, ...pagerdutyEvent(message) });
  const answered = await d.http.post({ url: channel.url, body });
  if (!answered.ok) return answered;
  const judgement = judged(answered.value, "PagerDuty");
  return judgement.ok ? ok({ reference: null }) : judgement;
};

const shown = (text: string, max = TEXT_MAX): string => fit(text, { max, as: showUnseen });

export function pagerdutyEvent(message: Message): JsonObject {
  const dedupKey = message.group.slice(0, DEDUP_KEY_MAX);
  const { link } = message;
  return {
    event_action: message.settles ? "resolve" : "trigger",
    dedup_key: dedupKey,
    client: "Ephor",
    ...(link === null ? {} : { client_url: link.url, links: [{ href: link.url, text: link.label }] }),
    payload: {
      summary: shown(message.subject, SUMMARY_MAX),
      source: "ephor",
      severity: SEVERITIES[message.severity ?? "informational"],
      timestamp: message.at,
      group: message.tenant,
      class: message.kind,
      custom_details: details(message),
    },
  };
}

const details = (message: Message): JsonObject => ({
  message_id: message.id,
  ...Object.fromEntries(message.paragraphs.map(({ heading, text }) => [heading, shown(text)])),
  ...Object.fromEntries(message.facts.slice(0, FACTS_MAX).map(({ label, value }) => [label, shown(value)])),
  ...(message.diff.length === 0
    ? {}
    : { "The change": message.diff.slice(0, DIFF_MAX).map((entry) => shown(diffLine(entry))) }),
});
