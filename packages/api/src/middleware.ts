import { CORRELATION_HEADER, correlationOf } from "@ephor/domain/correlation";
import { epochMsOf } from "@ephor/domain/time";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { problemResponse } from "./answer.ts";
import { refuse } from "./api-error.ts";
import { clientAddressOf, isLoopback } from "./client-address.ts";
import type { ApiContext, ApiDeps, ApiEnv } from "./context.ts";
import { identify } from "./identify.ts";
import { rateLimiter } from "./rate-limit.ts";
import type { Identity } from "./route.ts";

type Middleware = MiddlewareHandler<ApiEnv>;

/** Takes the caller's correlation id or makes one, and gives it back (logs.md). */
export function correlation(d: Pick<ApiDeps, "random" | "settings">): Middleware {
  return async (c, next) => {
    const { id } = correlationOf({ headers: c.req.header() }, (count) => d.random.bytes(count));
    c.set("correlationId", id);
    c.set("publicUrl", d.settings.publicUrl);
    c.set("identity", { kind: "anonymous" });
    await next();
    c.res.headers.set(CORRELATION_HEADER, id);
  };
}

/** One line a request, with the route's template: paths hold ids, and sign-in links hold secrets (console.md). */
export function accessLine(d: Pick<ApiDeps, "clock" | "log">): Middleware {
  return async (c, next) => {
    const begunMs = epochMsOf(d.clock.now());
    await next();
    const identity = c.get("identity");
    const known = "caller" in identity ? identity.caller : undefined;
    d.log.info("http.request", {
      method: c.req.method,
      route: templateOf(c),
      status: c.res.status,
      duration_ms: epochMsOf(d.clock.now()) - begunMs,
      bytes: Number(c.res.headers.get("content-length") ?? 0),
      tenant: known?.tenant ?? null,
      actor: known?.subject ?? null,
      correlation_id: c.get("correlationId"),
    });
  };
}

/** No script anywhere, nothing from elsewhere, no frame, no referrer. CORS stays closed by saying nothing of it. */
export function securityHeaders(d: Pick<ApiDeps, "settings">): Middleware {
  const isHttps = d.settings.publicUrl.startsWith("https:");
  const headers = {
    "content-security-policy":
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    ...(isHttps ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
  return async (c, next) => {
    await next();
    // Not `c.header`: on a finished answer it copies the whole of it for each header.
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

/** Finds out who asks; what that allows is each route's to say. */
export function authentication(d: ApiDeps): Middleware {
  const addressOf = clientAddressOf(d.settings.trustedProxies);
  return async (c, next) => {
    c.set("address", addressOf(c.env?.address, c.req.header("x-forwarded-for")));
    c.set("identity", await identify(d, c));
    await next();
  };
}

/** 429 beyond the bucket of the token, or of the address where there is no good one (ingest.md). */
export function rateLimit(d: ApiDeps): Middleware {
  const { requestsPerSecond, burstFactor } = d.settings;
  const limiter = rateLimiter({ perSecond: requestsPerSecond, burst: requestsPerSecond * burstFactor });
  return async (c, next) => {
    const [identity, address] = [c.get("identity"), c.get("address")];
    if (isLocalAdmin(identity, address)) return next();
    const waitSeconds = limiter.take(bucketOf(identity, address), epochMsOf(d.clock.now()));
    if (waitSeconds === 0) return next();
    const refused = refuse("rate.limited", `more than ${requestsPerSecond} requests a second`, {
      headers: { "retry-after": String(waitSeconds) },
    });
    return problemResponse(refused.error, c);
  };
}

const isLocalAdmin = (identity: Identity, address: string): boolean =>
  identity.kind === "token" && identity.caller.role === "admin" && isLoopback(address);

function bucketOf(identity: Identity, address: string): string {
  if (identity.kind === "token") return `token ${identity.tokenId}`;
  if (identity.kind === "session") return `session ${identity.csrf}`;
  return `address ${address}`;
}

function templateOf(c: ApiContext): string {
  const path = matchedRoutes(c).findLast((matched) => matched.path !== "/*")?.path;
  return path?.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}") ?? "unmatched";
}
