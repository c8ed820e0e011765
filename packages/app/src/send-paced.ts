import type { JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Timestamp } from "@ephor/domain/time";
import { atMost } from "./at-most.ts";
import { breakers, type CallOutcome, DESTINATION } from "./breaker.ts";
import { channelPace, type PaceDeps } from "./notice-pace.ts";
import type { Notifier, NotifyError } from "./ports.ts";

/** Calls of one channel at a time: a destination that hangs holds no more than these. */
const CALLS_MAX = 16;

export type Sending = Omit<Parameters<Notifier["send"]>[0], "instead"> & {
  /** Messages to be changed in place of sending a new one. */
  readonly changes?: readonly JsonObject[];
  readonly messagesPerMinute: number;
  /** It has waited for its turn, which is now. */
  readonly reserved: boolean;
};
export type Paced =
  | { readonly kind: "sent"; readonly reference: JsonObject | null }
  /** Its turn is promised then. */
  | { readonly kind: "wait"; readonly until: Timestamp }
  /** This process ends: nothing was sent, or it is not known whether it arrived. */
  | { readonly kind: "stopped" };
export type PacedDeps = PaceDeps & {
  readonly notifier: Notifier;
  /** From then on no call is begun, and one that breaks says nothing of the receiver. */
  readonly stopping?: AbortSignal;
};
export type SendPaced = (of: Sending) => Promise<Result<Paced, NotifyError>>;

/** Sends by a channel at its pace, a bounded number at a time, leaving alone a destination that fails. */
export function pacedSender(d: PacedDeps): SendPaced {
  const breaker = breakers(d, DESTINATION);
  const takeTurn = channelPace(d);
  const lanes = atMost(CALLS_MAX);
  async function inTurn(of: Sending): Promise<Tried> {
    const turn = of.reserved ? undefined : await takeTurn(of);
    if (turn !== undefined && turn > d.clock.now()) return { result: ok({ kind: "wait", until: turn }) };
    const sent = await sendUnlessStopping(d, of);
    if (sent === undefined) return { result: STOPPED };
    const result = sent.ok ? ok({ kind: "sent", reference: sent.value.reference } as const) : sent;
    return { result, outcome: learnt(sent) };
  }

  return (of) =>
    lanes(of.channel, async () => {
      if (isStopping(d)) return STOPPED;
      const admission = breaker.admit(of.channel);
      if (!admission.isAdmitted) return leftAlone(of.channel, admission.retryAfterSeconds);
      let tried: Tried | undefined;
      try {
        tried = await inTurn(of);
        return tried.result;
      } finally {
        admission.done(tried?.outcome ?? "neither");
      }
    });
}

type Tried = { readonly result: Result<Paced, NotifyError>; readonly outcome?: CallOutcome };

const isStopping = ({ stopping }: PacedDeps): boolean => stopping?.aborted === true;

async function sendUnlessStopping(d: PacedDeps, of: Sending): Promise<Sent | undefined> {
  if (isStopping(d)) return undefined;
  const sent = await sendAll(d.notifier, of);
  const isBroken = !sent.ok && sent.error.code === "notify.failed";
  return isBroken && isStopping(d) ? undefined : sent;
}

const STOPPED: Result<Paced, never> = ok({ kind: "stopped" });

type Sent = Awaited<ReturnType<Notifier["send"]>>;

async function sendAll(notifier: Notifier, of: Sending): Promise<Sent> {
  const { channel, message, to, changes = [] } = of;
  const base = { channel, message, ...(to === undefined ? {} : { to }) };
  if (changes.length === 0) return notifier.send(base);
  let last: Sent = ok({ reference: null });
  for (const instead of changes) {
    last = await notifier.send({ ...base, instead });
    if (!last.ok) return last;
  }
  return last;
}

/** A refusal is an answer; "too many" says that it is busy, not that it is broken. */
function learnt(sent: Sent): CallOutcome {
  if (sent.ok || sent.error.code === "notify.refused") return "success";
  return sent.error.retryAfterSeconds === undefined ? "failure" : "neither";
}

const leftAlone = (channel: string, retryAfterSeconds: number) =>
  err<NotifyError>({
    ...{ code: "notify.failed", message: `channel ${channel} failed again and again and is left alone for a while` },
    retryAfterSeconds,
  });
