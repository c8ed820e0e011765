import type { Config } from "@ephor/domain/config/config";
import type { Finding } from "@ephor/domain/finding";
import { isOpen } from "@ephor/domain/finding-status";
import { decideResponse, surroundingsIn } from "@ephor/domain/response-policy";
import type { Timestamp } from "@ephor/domain/time";
import { effectWrite } from "./effects.ts";
import { deliveryRange } from "./keys.ts";
import type { Store, Write } from "./ports.ts";

type Deps = {
  readonly store: Store;
  readonly config: Pick<Config, "responsePolicy" | "accounts" | "channels">;
};
type Closed = {
  readonly finding: Finding;
  readonly at: Timestamp;
  readonly correlationId: string;
  /** Channels that hear of it by another notice. */
  readonly except?: readonly string[];
};

/**
 * Tells who holds an incident of a finding that it is closed; nothing where it is not. Only PagerDuty keeps something open:
 * people elsewhere have read what was to be read, and are not told of what one of them did.
 */
export async function closedNotices(
  d: Deps,
  { finding, at, correlationId, except = [] }: Closed,
): Promise<readonly Write[]> {
  const { tenant, id: findingId, generation, status } = finding;
  if (isOpen(status)) return [];
  const notice = { kind: "finding", findingId, generation, closed: true } as const;
  const channels = await Promise.all(
    incidentChannels(d, except).map(async (channel) => ((await isTold(d, { finding, channel })) ? [channel] : [])),
  );
  return channels
    .flat()
    .map((channel) => effectWrite({ tenant, at, effect: { kind: "notify", channel, notice, correlationId } }));
}

const incidentChannels = ({ config }: Deps, except: readonly string[]): readonly string[] =>
  Object.entries(config.channels).flatMap(([name, { kind }]) =>
    kind === "pagerduty" && !except.includes(name) ? [name] : [],
  );

/** Whether a message of the finding went there, or is on its way by what the policy says. */
async function isTold(d: Deps, { finding, channel }: { finding: Finding; channel: string }): Promise<boolean> {
  const { responsePolicy, accounts } = d.config;
  const surroundings = surroundingsIn({ accounts })(finding.account);
  const { mode, channels } = decideResponse(responsePolicy, { finding, surroundings });
  if (mode === "notify" && (channels === null || channels.includes(channel))) return true;
  const sent = await d.store.query({ ...deliveryRange(finding.tenant, { channel, group: finding.id }), limit: 1 });
  return sent.items.length > 0;
}
