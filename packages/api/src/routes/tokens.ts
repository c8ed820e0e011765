import { TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX } from "@ephor/app/api-tokens";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { jsonReply } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { newToken, pageOf, paging, person, role, tenant, token, tokenId } from "../schemas.ts";
import { answerJson } from "./answer-json.ts";
import { knownPerson } from "./known-person.ts";
import { targetTenant } from "./target-tenant.ts";

export const tokenRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/tokens",
    summary: "List API tokens, without their secrets",
    role: "admin",
    input: z.object({ query: z.strictObject(paging) }),
    answers: { 200: { what: "A page of tokens", schema: pageOf(token) } },
    handle: async ({ query }, { tokens, caller }) => answerJson(await tokens.list({ ...query, tenant: caller.tenant })),
  }),
  route({
    method: "POST",
    path: "/v1/tokens",
    summary: "Make an API token; its secret is shown in this answer only",
    role: "admin",
    body: "json",
    input: z.object({
      body: z
        .strictObject({
          name: z.string().trim().min(1, "expected 1 to 100 characters").max(100, "expected 1 to 100 characters"),
          role,
          tenant,
          person,
          days: z
            .int(`expected 1 to ${TOKEN_DAYS_MAX}`)
            .min(1, `expected 1 to ${TOKEN_DAYS_MAX}`)
            .max(TOKEN_DAYS_MAX, `expected 1 to ${TOKEN_DAYS_MAX}`)
            .default(TOKEN_DAYS_DEFAULT),
        })
        .meta({ examples: [{ name: "ci", role: "analyst", days: 30 }] }),
    }),
    answers: { 201: { what: "The token and its secret", schema: newToken } },
    async handle({ body }, { tokens, useCases, caller, correlationId }) {
      const target = targetTenant(caller, body.tenant);
      if (!target.ok) return target;
      const known = knownPerson(useCases, body.person);
      if (!known.ok) return known;
      const made = await tokens.create({ ...body, tenant: target.value, createdBy: caller.subject, correlationId });
      return ok(jsonReply({ ...made.token, secret: made.secret }, { status: 201 }));
    },
  }),
  route({
    method: "DELETE",
    path: "/v1/tokens/{id}",
    summary: "Revoke an API token",
    role: "admin",
    input: z.object({ params: z.strictObject({ id: tokenId.meta({ examples: ["0123456789abcdef-default"] }) }) }),
    answers: { 200: { what: "The token, revoked", schema: token } },
    async handle({ params }, { tokens, caller, correlationId }) {
      const { tenant, subject } = caller;
      return answerJson(await tokens.revoke({ ...params, tenant, revokedBy: subject, correlationId }));
    },
  }),
];
