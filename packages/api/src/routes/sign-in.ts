import { ROLES } from "@ephor/domain/config/person";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { refuse } from "../api-error.ts";
import { signInConfirm } from "../pages/sign-in-page.ts";
import { jsonReply, seeOther } from "../reply.ts";
import { publicRoute, type Route, route } from "../route.ts";
import { person, role, tenant } from "../schemas.ts";
import { sessionCookie } from "../session-cookie.ts";
import { knownPerson } from "./known-person.ts";
import { targetTenant } from "./target-tenant.ts";

const link = z.object({ params: z.strictObject({ token: z.string().max(200, "expected a sign-in link") }) });
const refusedLink = () => refuse("auth.refused", "the sign-in link is unknown, expired or used");
const subject = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "expected 1 to 63 characters of a-z, 0-9, dot, dash and underscore");

export const signInRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/v1/sign-in-links",
    summary: "Make a link that signs a person in once, within a day",
    role: "admin",
    body: "json",
    input: z.object({
      body: z
        .strictObject({ role, subject, tenant, person })
        .meta({ examples: [{ role: ROLES[0], subject: "alice" }] }),
    }),
    answers: {
      201: {
        what: "The link",
        schema: z.strictObject({ url: z.string(), expiresAt: z.iso.datetime({ precision: 3 }) }),
      },
    },
    async handle({ body }, { sessions, useCases, caller, publicUrl, correlationId }) {
      const target = targetTenant(caller, body.tenant);
      if (!target.ok) return target;
      const known = knownPerson(useCases, body.person);
      if (!known.ok) return known;
      const named = { tenant: target.value, role: body.role, subject: `person:${body.subject}` };
      const made = await sessions.createLink({
        ...named,
        person: body.person ?? null,
        createdBy: caller.subject,
        correlationId,
      });
      return ok(jsonReply({ url: `${publicUrl}/sign-in/${made.text}`, expiresAt: made.expiresAt }, { status: 201 }));
    },
  }),
  publicRoute({
    method: "GET",
    path: "/sign-in/{token}",
    summary: "A button that signs in; looking at it changes nothing",
    kind: "page",
    input: link,
    answers: { 200: { what: "The page", type: "text/html" } },
    async handle({ params }, { sessions }) {
      return (await sessions.isLinkOpen(params.token)) ? ok(signInConfirm(params.token)) : refusedLink();
    },
  }),
  publicRoute({
    method: "POST",
    path: "/sign-in/{token}",
    summary: "Uses the link up and begins a session",
    kind: "page",
    input: link,
    answers: { 303: { what: "To the overview, with a session cookie" } },
    async handle({ params }, { sessions, publicUrl, correlationId }) {
      const signedIn = await sessions.signIn({ link: params.token, correlationId });
      if (!signedIn.ok) return refusedLink();
      return ok(seeOther("/", { "set-cookie": sessionCookie(publicUrl, signedIn.value.secret) }));
    },
  }),
  route({
    method: "POST",
    path: "/sign-out",
    summary: "Ends the session at once",
    role: "viewer",
    kind: "page",
    body: "form",
    input: z.object({ body: z.object({}) }),
    answers: { 303: { what: "To the start, without a session" } },
    async handle(_, { sessions, identity, publicUrl, correlationId }) {
      if (identity.kind === "session") await sessions.signOut({ secret: identity.secret, correlationId });
      return ok(seeOther("/", { "set-cookie": sessionCookie(publicUrl) }));
    },
  }),
];
