import type { Config } from "@ephor/domain/config/config";
import { ok } from "@ephor/domain/result";
import { decideFromSlack } from "./decide-from-slack.ts";
import { deliverGroup } from "./deliver-group.ts";
import { deliverNotice, groupOf, type NoticeDeps } from "./deliver-notice.ts";
import type { EffectDeps } from "./dispatch-effects.ts";
import type { ComposeDeps } from "./notice-parts.ts";
import type { Log, Notifier, Random, StatementSigner } from "./ports.ts";
import { type PacedDeps, pacedSender } from "./send-paced.ts";
import { serialByKey } from "./serially.ts";

export type NoticeEffectDeps = Omit<ComposeDeps, "config"> &
  Pick<PacedDeps, "ahead" | "stopping"> & {
    readonly config: Pick<Config, "people" | "groups" | "accounts" | "channels">;
    readonly random: Random;
    readonly log: Log;
    readonly notifier: Notifier;
    readonly signer: StatementSigner;
  };

/**
 * How effects that tell people, and what they do in Slack, are carried out; the same on both sides. Messages of one matter go
 * to one channel one after the other, each composed after the one before has arrived: that an incident is over is not
 * overtaken by what opens it.
 */
export function noticeEffects(
  d: NoticeEffectDeps,
): Pick<EffectDeps, "deliverNotice" | "deliverGroup" | "decideFromSlack" | "channels"> {
  const deps: NoticeDeps = { ...d, sendPaced: pacedSender(d) };
  const inTurn = serialByKey();
  return {
    channels: () => Object.keys(d.config.channels),
    deliverNotice: (of) =>
      inTurn(`${of.tenant} ${of.channel} ${groupOf(of.notice)}`, async () =>
        d.stopping?.aborted === true ? ok({ kind: "stopped" }) : deliverNotice(deps, of),
      ),
    deliverGroup: (of) => deliverGroup(deps, of),
    decideFromSlack: (of) => decideFromSlack(d, of),
  };
}
