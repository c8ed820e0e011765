import type { Config } from "@ephor/domain/config/config";
import { decideFromSlack } from "./decide-from-slack.ts";
import { deliverGroup } from "./deliver-group.ts";
import { deliverNotice, type NoticeDeps } from "./deliver-notice.ts";
import type { EffectDeps } from "./dispatch-effects.ts";
import type { PaceDeps } from "./notice-pace.ts";
import type { ComposeDeps } from "./notice-parts.ts";
import type { Log, Notifier, Random, StatementSigner } from "./ports.ts";
import { pacedSender } from "./send-paced.ts";

export type NoticeEffectDeps = Omit<ComposeDeps, "config"> &
  Pick<PaceDeps, "ahead"> & {
    readonly config: Pick<Config, "people" | "groups" | "accounts" | "channels">;
    readonly random: Random;
    readonly log: Log;
    readonly notifier: Notifier;
    readonly signer: StatementSigner;
  };

/** How effects that tell people, and what they do in Slack, are carried out; the same on both sides. */
export function noticeEffects(
  d: NoticeEffectDeps,
): Pick<EffectDeps, "deliverNotice" | "deliverGroup" | "decideFromSlack"> {
  const deps: NoticeDeps = { ...d, sendPaced: pacedSender(d) };
  return {
    deliverNotice: (of) => deliverNotice(deps, of),
    deliverGroup: (of) => deliverGroup(deps, of),
    decideFromSlack: (of) => decideFromSlack(d, of),
  };
}
