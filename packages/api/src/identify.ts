import type { Caller } from "@ephor/app/caller";
import { getCookie } from "hono/cookie";
import { refuse } from "./api-error.ts";
import type { ApiContext, ApiDeps } from "./context.ts";
import type { Identity } from "./route.ts";
import { sessionCookieName } from "./session-cookie.ts";

type Deps = Pick<ApiDeps, "tokens" | "sessions" | "settings" | "useCases">;

/** A token or session speaks for a person only while the configuration has them; after that it is nobody's in particular. */
const asKnown = ({ useCases }: Deps, caller: Caller): Caller =>
  caller.person === null || useCases.knowsPerson(caller.person) ? caller : { ...caller, person: null };

/** The identity behind a bearer token, else behind the session cookie. A bad token is not made good by a cookie. */
export async function identify(d: Deps, c: ApiContext): Promise<Identity> {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) return identifyToken(d, authorization);
  const secret = getCookie(c, sessionCookieName(d.settings.publicUrl));
  if (secret === undefined) return { kind: "anonymous" };
  const session = await d.sessions.verify(secret);
  if (!session.ok) return { kind: "refused", error: session.error };
  return { kind: "session", ...session.value, caller: asKnown(d, session.value.caller) };
}

async function identifyToken(d: Deps, authorization: string): Promise<Identity> {
  const secret = /^bearer +(\S{1,4096})$/i.exec(authorization)?.[1];
  if (secret === undefined) {
    return { kind: "refused", error: refuse("auth.refused", "expected `Authorization: Bearer <token>`").error };
  }
  const verified = await d.tokens.verify(secret);
  if (!verified.ok) return { kind: "refused", error: verified.error };
  const { tokenId, ...caller } = verified.value;
  return { kind: "token", caller: asKnown(d, caller), tokenId };
}
