import { RISKS } from "@ephor/domain/remediation";
import { z } from "zod";
import { refuse } from "../api-error.ts";
import { type Route, route } from "../route.ts";
import { exception, exceptionId, exceptionState, pageOf, paging, shownException, timeFilter } from "../schemas.ts";
import { answerJson } from "./answer-json.ts";
import { transition } from "./findings.ts";

const glob = (what: string) => z.string().trim().min(1, `expected ${what}`).max(2048, `expected ${what}`);

/** Whether a glob says anything: stars and the signs that stand in every id leave all in. */
const narrows = (glob: string | undefined): boolean => glob !== undefined && /[\p{L}\p{N}]/u.test(glob);

const requestBody = z
  .strictObject({
    scope: z.strictObject({
      detection: glob("a detection's id; `*` stands for any characters"),
      account: z
        .string()
        .regex(/^\d{12}$/, "expected 12 digits")
        .exactOptional(),
      resource: glob("a resource's id or ARN; `*` stands for any characters").exactOptional(),
    }),
    reason: transition.reason,
    risk: z.enum(RISKS, `expected one of ${RISKS.join(", ")}`),
    expiresAt: timeFilter,
  })
  .refine(({ scope }) => narrows(scope.detection) || narrows(scope.resource) || scope.account !== undefined, {
    error: "expected a detection, an account or a resource that narrows it: an exception from everything is none",
    path: ["scope", "detection"],
  });

export const exceptionRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/exceptions",
    summary: "List exceptions, newest request first",
    role: "viewer",
    input: z.object({ query: z.strictObject({ state: exceptionState.exactOptional(), ...paging }) }),
    answers: { 200: { what: "A page of exceptions", schema: pageOf(exception) } },
    handle: async ({ query }, { useCases, caller }) => answerJson(await useCases.listExceptions({ ...query, caller })),
  }),
  route({
    method: "GET",
    path: "/v1/exceptions/{id}",
    summary: "Show an exception, with the findings that it mutes",
    role: "viewer",
    input: z.object({ params: z.strictObject({ id: exceptionId }) }),
    answers: { 200: { what: "The exception", schema: shownException } },
    handle: async ({ params }, { useCases, caller }) => answerJson(await useCases.showException({ ...params, caller })),
  }),
  route({
    method: "POST",
    path: "/v1/exceptions",
    summary: "Ask for an exception; people decide on it, never the one who asks",
    role: "analyst",
    body: "json",
    input: z.object({
      body: requestBody.meta({
        examples: [
          {
            scope: { detection: "ec2.security-group-opened-to-world", resource: "sg-0123456789abcdef0" },
            reason: "the public load balancer",
            risk: "low",
            expiresAt: "2026-06-30T00:00:00Z",
          },
        ],
      }),
    }),
    answers: { 201: { what: "The exception, requested", schema: exception } },
    async handle({ body }, { useCases, caller, correlationId }) {
      if (caller.person === null)
        return refuse("auth.forbidden", "an exception is asked for by a person: use a token made with --person");
      const asked = await useCases.requestException({ ...body, requester: caller.person, caller, correlationId });
      return answerJson(asked, { status: 201 });
    },
  }),
  route({
    method: "POST",
    path: "/v1/exceptions/{id}/revoke",
    summary: "End an exception at once; the findings that it muted reopen",
    role: "approver",
    body: "json",
    input: z.object({
      params: z.strictObject({ id: exceptionId }),
      body: z.strictObject({ reason: transition.reason }).meta({ examples: [{ reason: "the load balancer is gone" }] }),
    }),
    answers: { 200: { what: "The exception, revoked", schema: exception } },
    async handle({ params, body }, { useCases, caller, correlationId }) {
      return answerJson(await useCases.revokeException({ ...params, ...body, caller, correlationId }));
    },
  }),
];
