import { mayActAs } from "@ephor/app/caller";
import { sameSecret } from "@ephor/app/secret-text";
import { isJsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { problemResponse, toResponse } from "./answer.ts";
import { type ApiError, refuse } from "./api-error.ts";
import type { ApiContext, ApiDeps } from "./context.ts";
import { MEDIA_TYPES } from "./media-types.ts";
import { parseEvents } from "./parse-events.ts";
import { parseJson } from "./parse-json.ts";
import { readBody } from "./read-body.ts";
import type { refusalAudit } from "./refusals.ts";
import type { Reply } from "./reply.ts";
import type { BodyKind, Identity, RawInput, Route } from "./route.ts";

type ServeDeps = ApiDeps & { readonly auditRefusal: ReturnType<typeof refusalAudit> };

/** The way of one request through one route; the first step that refuses is the answer. */
export function serve(d: ServeDeps, route: Route) {
  return async (c: ApiContext): Promise<Response> => {
    const answer = await answerOf(d, { route, c });
    if (answer.ok) return matches(c, answer.value) ? notModified(answer.value) : toResponse(answer.value);
    await d.auditRefusal(c, { route, error: answer.error });
    return problemResponse(answer.error, c, route.kind);
  };
}

async function answerOf(d: ServeDeps, { route, c }: { route: Route; c: ApiContext }): Promise<Result<Reply, ApiError>> {
  const identity = c.get("identity");
  const allowed = authorize(route, identity);
  if (!allowed.ok) return allowed;
  const query = singleQuery(c, route.kind);
  if (!query.ok) return query;
  const body = await bodyOf(route.body, { request: c.req.raw, bytesMax: d.settings.bodyBytesMax });
  if (!body.ok) return body;
  const genuine = checkCsrf(c, { identity, body: body.value });
  if (!genuine.ok) return genuine;
  const { useCases, tokens, sessions, settings } = d;
  const correlationId = c.get("correlationId");
  // A probe is answered before anybody asks where it comes from.
  const address = c.get("address") ?? "unknown";
  const context = { useCases, tokens, sessions, publicUrl: settings.publicUrl, identity, address, correlationId };
  const raw: RawInput = { params: c.req.param(), query: query.value, body: body.value };
  const answer = await route.run(context, raw);
  if (!answer.ok || route.audits === undefined || !("caller" in identity)) return answer;
  const object = raw.params["id"] ?? c.req.path;
  const entry = {
    caller: identity.caller,
    did: route.audits,
    this: object,
    outcome: "done",
    address: c.get("address"),
  };
  await useCases.audit({ ...entry, correlationId });
  return answer;
}

function authorize({ access }: Route, identity: Identity): Result<void, ApiError> {
  if (access === "public") return ok(undefined);
  if (identity.kind === "refused") return { ok: false, error: identity.error };
  if (identity.kind === "anonymous") return refuse("auth.missing", "this needs a bearer token or a session");
  const { role } = identity.caller;
  if (mayActAs(role, access)) return ok(undefined);
  return refuse("auth.forbidden", `this needs the role ${access}; the role of this caller is ${role}`);
}

/** Two values for one name are read differently by every reader, so they are refused. A form sends its empty fields too. */
function singleQuery(c: ApiContext, kind: Route["kind"]): Result<Record<string, string>, ApiError> {
  const entries = Object.entries(c.req.queries());
  const twice = entries.find(([, values]) => values.length > 1)?.[0];
  if (twice !== undefined) {
    return refuse("input.invalid", "expected each parameter once", { path: `query.${twice.slice(0, 80)}` });
  }
  const single = entries.map(([name, [value = ""]]) => [name, value] as const);
  return ok(Object.fromEntries(kind === "page" ? single.filter(([, value]) => value !== "") : single));
}

type Incoming = { readonly request: Request; readonly bytesMax: number };

async function bodyOf(kind: BodyKind, { request, bytesMax }: Incoming): Promise<Result<unknown, ApiError>> {
  if (kind === "none") return ok(undefined);
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!MEDIA_TYPES[kind].includes(type)) {
    return refuse("input.unsupported-type", `expected content-type ${MEDIA_TYPES[kind].join(" or ")}`);
  }
  const text = await readBody(request, bytesMax);
  if (!text.ok) return text;
  if (kind === "signed") return ok({ text: text.value, headers: Object.fromEntries(request.headers) });
  if (kind === "form") return ok(Object.fromEntries(new URLSearchParams(text.value)));
  return kind === "events" ? parseEvents(text.value, type) : parseJson(text.value);
}

/** A browser sends its cookie with what other sites make it send, so a cookie alone changes nothing. */
function checkCsrf(c: ApiContext, { identity, body }: { identity: Identity; body: unknown }): Result<void, ApiError> {
  const isSafe = c.req.method === "GET" || c.req.method === "HEAD";
  if (isSafe || identity.kind === "token") return ok(undefined);
  const site = c.req.header("sec-fetch-site") ?? "same-origin";
  if (site !== "same-origin" && site !== "none") return refuse("auth.csrf", "the request comes from another site");
  if (identity.kind !== "session") return ok(undefined);
  const given = c.req.header("x-csrf-token") ?? (isJsonObject(body) ? body["csrf"] : undefined);
  if (typeof given === "string" && sameSecret(given, identity.csrf)) return ok(undefined);
  return refuse("auth.csrf", "expected the session's token in X-CSRF-Token, or in the form field csrf");
}

function matches(c: ApiContext, { headers }: Reply): boolean {
  const known = c.req.header("if-none-match")?.split(/\s*,\s*/) ?? [];
  return headers["etag"] !== undefined && known.includes(headers["etag"]);
}

function notModified({ headers }: Reply): Response {
  const { "content-type": _, ...kept } = headers;
  return new Response(null, { status: 304, headers: kept });
}
