import { addSeconds, epochMsOf, type Timestamp } from "@ephor/domain/time";
import type { Clock } from "./ports.ts";

/** When to leave a destination alone. */
export type BreakerPreset = {
  /** So many failures in a row open it. */
  readonly failures: number;
  readonly openSeconds: number;
  /** So many successes in a row, one call at a time, close it again. */
  readonly successes: number;
};
/** ingest.md: "circuit breaker: 5 failures open, 60 s half-open, 2 successes close". */
export const DESTINATION: BreakerPreset = { failures: 5, openSeconds: 60, successes: 2 };

type State =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly until: Timestamp }
  /** `isTrying`: the one call that is let through has not come back. */
  | { readonly kind: "half-open"; readonly successes: number; readonly isTrying: boolean };

/** What was learnt of the destination; `neither` where the call says nothing of its health, such as "too many requests". */
export type CallOutcome = "success" | "failure" | "neither";
export type Admission =
  | { readonly isAdmitted: true; done(outcome: CallOutcome): void }
  | { readonly isAdmitted: false; readonly retryAfterSeconds: number };
export type Breakers = { admit(destination: string): Admission };

const CLOSED: State = { kind: "closed", failures: 0 };
const BUSY_SECONDS = 1;

/** One breaker a destination, in this process. Whoever is admitted must say how it went. */
export function breakers(d: { readonly clock: Clock }, preset: BreakerPreset): Breakers {
  const states = new Map<string, State>();
  const open = (): State => ({ kind: "open", until: addSeconds(d.clock.now(), preset.openSeconds) });

  function afterCall(failures: number, outcome: CallOutcome): State {
    if (outcome === "success") return CLOSED;
    if (outcome === "neither") return { kind: "closed", failures };
    return failures + 1 >= preset.failures ? open() : { kind: "closed", failures: failures + 1 };
  }

  function afterProbe(successes: number, outcome: CallOutcome): State {
    if (outcome === "failure") return open();
    const now = outcome === "success" ? successes + 1 : successes;
    return now >= preset.successes ? CLOSED : { kind: "half-open", successes: now, isTrying: false };
  }

  /** A call from before it opened says nothing that the openers did not. */
  function after(state: State, { isProbe, outcome }: { isProbe: boolean; outcome: CallOutcome }): State {
    if (state.kind === "closed") return isProbe ? state : afterCall(state.failures, outcome);
    return state.kind === "half-open" && isProbe ? afterProbe(state.successes, outcome) : state;
  }

  function admitted(destination: string, isProbe: boolean): Admission {
    let isDone = false;
    return {
      isAdmitted: true,
      done(outcome) {
        if (isDone) return;
        isDone = true;
        states.set(destination, after(states.get(destination) ?? CLOSED, { isProbe, outcome }));
      },
    };
  }

  return {
    admit(destination) {
      const now = d.clock.now();
      const state = states.get(destination) ?? CLOSED;
      if (state.kind === "closed") return admitted(destination, false);
      if (state.kind === "open" && state.until > now) {
        return { isAdmitted: false, retryAfterSeconds: Math.ceil((epochMsOf(state.until) - epochMsOf(now)) / 1000) };
      }
      if (state.kind === "half-open" && state.isTrying) return { isAdmitted: false, retryAfterSeconds: BUSY_SECONDS };
      const successes = state.kind === "half-open" ? state.successes : 0;
      states.set(destination, { kind: "half-open", successes, isTrying: true });
      return admitted(destination, true);
    },
  };
}
