import type { Caller } from "@ephor/app/caller";
import { ok, type Result } from "@ephor/domain/result";
import { z } from "zod";
import { type ApiError, refuse } from "../api-error.ts";
import { applyingState, applyingSwitch, changeRequest } from "../response-schemas.ts";
import { NO_INPUT, type Route, route } from "../route.ts";
import { findingId } from "../schemas.ts";
import { answerJson } from "./answer-json.ts";
import { transition } from "./findings.ts";

const byId = z.strictObject({ id: findingId });
const { reason } = transition;
const because = (example: string) => z.strictObject({ reason }).meta({ examples: [{ reason: example }] });

/** Somebody has to answer for it: a token that speaks for nobody cannot ask. */
function personOf(caller: Caller): Result<string, ApiError> {
  if (caller.person !== null) return ok(caller.person);
  return refuse("auth.forbidden", "this is asked for by a person: use a token made with --person");
}

export const responseRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/findings/{id}/plan",
    summary: "Show the plan of a finding as a change request: diff, commands, risk, undo, approvers",
    role: "viewer",
    input: z.object({ params: byId }),
    answers: { 200: { what: "The change request", schema: changeRequest } },
    handle: async ({ params }, { useCases, caller }) => answerJson(await useCases.showPlan({ ...params, caller })),
  }),
  route({
    method: "POST",
    path: "/v1/findings/{id}/break-glass",
    summary: "Apply a finding's remediation at once, without approval; it is told, and reviewed within a day",
    role: "operator",
    body: "json",
    input: z.object({ params: byId, body: because("customer data is being read right now") }),
    answers: { 202: { what: "The execution that applies it", schema: z.strictObject({ execution: z.string() }) } },
    async handle({ params, body }, { useCases, caller, correlationId }) {
      const person = personOf(caller);
      if (!person.ok) return person;
      const used = await useCases.breakGlass({ ...params, ...body, person: person.value, caller, correlationId });
      return answerJson(used, { status: 202 });
    },
  }),
  route({
    method: "POST",
    path: "/v1/findings/{id}/rollback",
    summary: "Ask for the way back from what was applied; people decide on it first",
    role: "operator",
    body: "json",
    input: z.object({ params: byId, body: because("the partner cannot reach us any more") }),
    answers: {
      202: {
        what: "What is asked for",
        schema: z.strictObject({
          generation: z.int().nonnegative(),
          planHash: z.string(),
          approvalsNeeded: z.int().nonnegative(),
          approvalId: z.string().meta({ description: "Of the approval, which is opened within moments." }),
        }),
      },
    },
    async handle({ params, body }, { useCases, caller, correlationId }) {
      const person = personOf(caller);
      if (!person.ok) return person;
      const asked = await useCases.startRollback({ ...params, ...body, person: person.value, caller, correlationId });
      return answerJson(asked, { status: 202 });
    },
  }),
  route({
    method: "GET",
    path: "/v1/switches/applying",
    summary: "Show whether all applying is stopped, by whom, when and why",
    role: "viewer",
    input: NO_INPUT,
    answers: { 200: { what: "The switch as it holds for the caller's tenant", schema: applyingState } },
    handle: async (_, { useCases, caller }) => answerJson(await useCases.showApplying({ caller })),
  }),
  route({
    method: "POST",
    path: "/v1/switches/applying",
    summary: "Stop all applying at once, or let it go on; of the tenant `default`: for all tenants",
    role: "operator",
    body: "json",
    input: z.object({
      body: z
        .strictObject({ stopped: z.boolean("expected true or false"), reason })
        .meta({ examples: [{ stopped: true, reason: "an outage that may be ours" }] }),
    }),
    answers: { 200: { what: "The switch as it is now", schema: applyingSwitch } },
    async handle({ body }, { useCases, caller, correlationId }) {
      return answerJson(await useCases.setApplying({ ...body, caller, correlationId }));
    },
  }),
];
