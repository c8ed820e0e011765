import type { ApprovalLinks } from "@ephor/app/approval-links";
import { noticeEffects } from "@ephor/app/notice-effects";
import type { Clock, Log, Random, SecretOf, StatementSigner, Store } from "@ephor/app/ports";
import { slackAction } from "@ephor/app/slack-action";
import { testChannel } from "@ephor/app/test-channel";
import type { Config } from "@ephor/domain/config/config";
import type { SendBySes } from "@ephor/notify/email/send-mail";
import { httpPoster } from "@ephor/notify/http/http-poster";
import { notifier } from "@ephor/notify/notifier";
import { slackDialog } from "@ephor/notify/slack/open-dialog";

export type NoticePorts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly config: Config;
  readonly publicUrl: string;
  readonly secretOf: SecretOf;
  readonly links: ApprovalLinks;
  readonly signer: StatementSigner;
  readonly whyOf: (detection: string) => string | null;
};
/** A commit for so many messages of a busy channel instead of one for each. */
const TURNS_AHEAD = 64;
/** Slack takes an answer for late after 3 s. */
const DIALOG_MS = { connectMs: 1_500, callMs: 2_000 };

/** What tells people on one node: effects, what the API asks for, and the connections behind both. */
export function nodeNotices(ports: NoticePorts) {
  const { clock, secretOf, config } = ports;
  const { channels } = config;
  const [http, dialogs] = [httpPoster(), httpPoster(DIALOG_MS)];
  const [stopping, cutOff] = [new AbortController(), new AbortController()];
  const ses = sesBy({ ...ports, signal: cutOff.signal });
  const told = {
    ...{ ...ports, stopping: stopping.signal },
    notifier: notifier({ channels, secretOf, clock, http, ses, smtp: { signal: cutOff.signal } }),
  };
  const slack = { ...ports, openDialog: slackDialog({ channels, secretOf, http: dialogs }) };
  return {
    effects: noticeEffects({ ...told, linkFor: ports.links.linkFor, ahead: TURNS_AHEAD }),
    slackAction: (request: Parameters<typeof slackAction>[1]) => slackAction(slack, request),
    testChannel: (of: Parameters<typeof testChannel>[1]) => testChannel(told, of),
    /** No effect begins a call any more; those under way may end. */
    stopSending: () => stopping.abort(),
    /** Ends every call that is under way. */
    close: () => {
      cutOff.abort();
      http.close();
      dialogs.close();
    },
  };
}

/** `signal` ends the calls under way. */
type SesPorts = { readonly random: Random; readonly signal: AbortSignal };

/** AWS's client is loaded with the first mail that goes by it. */
function sesBy({ random, signal }: SesPorts): SendBySes {
  const loaded = new Map<string, Promise<SendBySes>>();
  return async (mail) => {
    const known = loaded.get(mail.region) ?? loadSes({ random, signal, region: mail.region });
    loaded.set(mail.region, known);
    return (await known)(mail);
  };
}

async function loadSes({ random, signal, region }: SesPorts & { readonly region: string }): Promise<SendBySes> {
  const [{ sesClient }, { sendRawMail }] = await Promise.all([
    import("@ephor/aws/ses/client"),
    import("@ephor/aws/ses/send-raw-mail"),
  ]);
  const client = sesClient({ region });
  signal.addEventListener("abort", () => client.destroy(), { once: true });
  return (mail) => sendRawMail({ random, clientFor: () => client }, mail);
}
