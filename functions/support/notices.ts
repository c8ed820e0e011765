import type { ApprovalLinks } from "@ephor/app/approval-links";
import { noticeEffects } from "@ephor/app/notice-effects";
import type { Log, StatementSigner, Store } from "@ephor/app/ports";
import { slackAction } from "@ephor/app/slack-action";
import { testChannel } from "@ephor/app/test-channel";
import { sesClient } from "@ephor/aws/ses/client";
import { sendRawMail } from "@ephor/aws/ses/send-raw-mail";
import type { Config } from "@ephor/domain/config/config";
import { httpPoster } from "@ephor/notify/http/http-poster";
import { notifier } from "@ephor/notify/notifier";
import { slackDialog } from "@ephor/notify/slack/open-dialog";
import { machine } from "./machine.ts";
import { secrets } from "./secrets.ts";

export type Telling = {
  readonly store: Store;
  readonly log: Log;
  readonly config: Config;
  readonly links: ApprovalLinks;
  readonly signer: StatementSigner;
  readonly whyOf: (detection: string) => string | null;
};
/** A third of the time that a function has, so that what a receiver does not take is written down before it ends. */
const CALL_MS = 10_000;
/** Slack takes an answer for late after 3 s. */
const DIALOG_MS = { connectMs: 1_500, callMs: 2_000 };

/** What tells people on AWS: effects, and what the API asks for. */
export function notices(d: Telling) {
  const { channels, publicUrl } = d.config;
  const secretOf = secrets();
  const clientFor = (region: string) => sesClient({ region });
  const sender = notifier({
    ...{ channels, secretOf, clock: machine.clock, http: httpPoster({ callMs: CALL_MS }), smtp: { callMs: CALL_MS } },
    ses: (mail) => sendRawMail({ ...machine, clientFor }, mail),
  });
  const told = { ...machine, ...d, publicUrl, notifier: sender };
  const dialog = slackDialog({ channels, secretOf, http: httpPoster(DIALOG_MS) });
  return {
    effects: noticeEffects({ ...told, linkFor: d.links.linkFor }),
    slackAction: (request: Parameters<typeof slackAction>[1]) =>
      slackAction({ ...told, secretOf, openDialog: dialog }, request),
    testChannel: (of: Parameters<typeof testChannel>[1]) => testChannel(told, of),
  };
}
