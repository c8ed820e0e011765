import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { digestOf } from "@ephor/domain/ids";
import type { Message } from "@ephor/domain/notice";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { NOTHING_TO_DECIDE, paragraph } from "./notice-parts.ts";
import type { Clock, Notifier } from "./ports.ts";

export type TestChannelDeps = {
  readonly config: Pick<Config, "channels">;
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly publicUrl: string;
};
export type ChannelTested = {
  readonly channel: string;
  readonly kind: string;
  readonly outcome: "sent" | "failed";
  /** What happened, in words; of a failure why. */
  readonly detail: string;
  readonly durationMs: number;
};

/** Sends one test message by a channel and says what came of it; outside the channel's pace. Error: `channel.not-found`. */
export async function testChannel(
  d: TestChannelDeps,
  { tenant, channel, by, correlationId }: { tenant: Tenant; channel: string; by: string; correlationId: string },
): Promise<Result<ChannelTested, EphorError<"channel.not-found">>> {
  const settings = Object.hasOwn(d.config.channels, channel) ? d.config.channels[channel] : undefined;
  if (settings === undefined) {
    const known = Object.keys(d.config.channels).join(", ") || "none";
    return err(ephorError("channel.not-found", `no such channel in the configuration; there are: ${known}`));
  }
  const begunMs = epochMsOf(d.clock.now());
  const sent = await d.notifier.send({ channel, message: testMessage(d, { tenant, by, correlationId }) });
  const durationMs = epochMsOf(d.clock.now()) - begunMs;
  const told = { channel, kind: settings.kind, durationMs };
  if (!sent.ok) return ok({ ...told, outcome: "failed", detail: sent.error.message });
  return ok({ ...told, outcome: "sent", detail: "the receiver took the message; look whether it has arrived" });
}

function testMessage(
  d: TestChannelDeps,
  { tenant, by, correlationId }: { tenant: Tenant; by: string; correlationId: string },
): Message {
  const at = d.clock.now();
  const id = `msg_${digestOf([tenant, "test", correlationId, at])}`;
  return {
    ...{ id, kind: "test", tenant, at, severity: "informational", ...NOTHING_TO_DECIDE },
    subject: "A test message of Ephor",
    paragraphs: [
      paragraph("What happened", `${by} tries this channel.`),
      paragraph("What will be done", "Nothing. Messages about findings and approvals will look like this one."),
    ],
    facts: [{ label: "Sent", value: at }],
    link: { label: "Ephor", url: `${d.publicUrl}/` },
    // PagerDuty: an incident of its own, which is over as it begins.
    ...{ group: id, alike: null, settles: false, data: { test: true } },
  };
}
