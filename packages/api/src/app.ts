import { EphorException, ERROR_CODES, ephorError } from "@ephor/domain/error";
import { Hono } from "hono";
import { problemResponse } from "./answer.ts";
import { refuse } from "./api-error.ts";
import type { ApiContext, ApiDeps, ApiEnv } from "./context.ts";
import { accessLine, authentication, correlation, rateLimit, securityHeaders } from "./middleware.ts";
import { refusalAudit } from "./refusals.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes/routes.ts";
import { serve } from "./serve.ts";

/**
 * The HTTP side of a node: `createApi(deps).fetch(request, { address })`, where `address` is the peer's.
 * What a route is stands in `routes/`; what every request goes through stands here, in order.
 */
export function createApi(d: ApiDeps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const auditRefusal = refusalAudit(d);
  const answer = (route: Route) => app.on(route.method, honoPath(route.path), serve({ ...d, auditRefusal }, route));

  app.use(correlation(d), accessLine(d), securityHeaders(d));
  for (const route of ROUTES.filter(isProbe)) answer(route);
  app.use(authentication(d), rateLimit(d));
  for (const route of ROUTES.filter((route) => !isProbe(route))) answer(route);
  for (const path of new Set(ROUTES.map((route) => route.path))) app.all(honoPath(path), methodNotAllowed(path));

  app.notFound((c) => problemResponse(refuse("route.not-found", "there is nothing at this address").error, c));
  app.onError((cause, c) => {
    const error = cause instanceof EphorException ? cause.error : ephorError("internal", "a bug");
    if (ERROR_CODES[error.code].status >= 500) {
      d.log.error("http.failed", { code: error.code, error: cause, correlation_id: c.get("correlationId") });
    }
    return problemResponse(error, c);
  });
  return app;
}

const isProbe = (route: Route): boolean => route.isProbe === true;

function methodNotAllowed(path: string) {
  const methods = ROUTES.filter((route) => route.path === path).map((route) => route.method);
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
  return (c: ApiContext) =>
    problemResponse(refuse("route.method-not-allowed", `expected ${allow}`, { headers: { allow } }).error, c);
}

/** `{id}` as Hono writes it; `{path}` takes slashes as well. */
const honoPath = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "path" ? ":path{.+}" : `:${name}`));
