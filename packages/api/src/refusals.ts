import { epochMsOf } from "@ephor/domain/time";
import type { ApiError } from "./api-error.ts";
import type { ApiContext, ApiDeps } from "./context.ts";
import { rateLimiter } from "./rate-limit.ts";
import type { Route } from "./route.ts";

/** So many refusals of one address are recorded singly; beyond, one in ten seconds, with how many it stands for. */
const SINGLY_MAX = 60;
const PER_SECOND = 0.1;
const REFUSALS = new Set(["auth.missing", "auth.refused", "auth.forbidden", "auth.csrf"]);

/**
 * Records every refusal in the ledger (console.md), singly or counted: the ledger keeps what it gets for ever, so a
 * stranger who knocks a thousand times a second must not be able to fill it.
 */
export function refusalAudit(d: Pick<ApiDeps, "useCases" | "clock" | "log">) {
  const limiter = rateLimiter({ perSecond: PER_SECOND, burst: SINGLY_MAX });
  let leftOut = 0;
  return async (c: ApiContext, refusal: { route: Route; error: ApiError }): Promise<void> => {
    const { route, error } = refusal;
    // Somebody who opens a page without credentials is shown how to sign in: nothing was refused yet.
    if (!REFUSALS.has(error.code) || (route.kind === "page" && error.code === "auth.missing")) return;
    const [identity, address] = [c.get("identity"), c.get("address")];
    if (limiter.take(address, epochMsOf(d.clock.now())) > 0) {
      leftOut++;
      return;
    }
    const attempts = leftOut + 1;
    leftOut = 0;
    const who = "caller" in identity ? { caller: identity.caller } : {};
    const entry = {
      ...who,
      did: "refused",
      this: `${route.method} ${route.path}`,
      outcome: error.code,
      address,
      attempts,
    };
    try {
      await d.useCases.audit({ ...entry, correlationId: c.get("correlationId") });
    } catch (cause) {
      // The refusal stands whether or not it could be written down.
      d.log.error("http.refusal-unrecorded", { error: cause, correlation_id: c.get("correlationId") });
    }
  };
}
