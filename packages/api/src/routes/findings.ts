import { z } from "zod";
import { type Route, route } from "../route.ts";
import {
  finding,
  findingId,
  findingStatus,
  nameFilter,
  pageOf,
  paging,
  severity,
  shownFinding,
  timeFilter,
} from "../schemas.ts";
import { answerJson } from "./answer-json.ts";

/** Filters of a list of findings, as they stand in the query of the API and of the page. */
export const findingFilters = {
  status: findingStatus.exactOptional(),
  severity: severity.exactOptional(),
  account: z
    .string()
    .regex(/^\d{12}$/, "expected 12 digits")
    .exactOptional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, "expected a Region such as eu-central-1, or global")
    .exactOptional(),
  resource: nameFilter.exactOptional(),
  detection: nameFilter.exactOptional(),
  since: timeFilter.exactOptional(),
  until: timeFilter.exactOptional(),
};

/** What a person decides about a finding. */
export const transition = {
  to: findingStatus,
  reason: z.string().trim().min(1, "expected 1 to 2000 characters").max(2000, "expected 1 to 2000 characters"),
};

export const findingRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/findings",
    summary: "List findings, newest first; `since` and `until` mean when they were first seen",
    role: "viewer",
    input: z.object({ query: z.strictObject({ ...findingFilters, ...paging }) }),
    answers: { 200: { what: "A page of findings", schema: pageOf(finding) } },
    handle: async ({ query }, { useCases, caller }) => answerJson(await useCases.listFindings({ ...query, caller })),
  }),
  route({
    method: "GET",
    path: "/v1/findings/{id}",
    summary: "Show a finding, why it matters, its evidence and timeline",
    role: "viewer",
    input: z.object({ params: z.strictObject({ id: findingId }) }),
    answers: { 200: { what: "The finding", schema: shownFinding } },
    audits: "finding-read",
    handle: async ({ params }, { useCases, caller }) => answerJson(await useCases.showFinding({ ...params, caller })),
  }),
  route({
    method: "POST",
    path: "/v1/findings/{id}/transitions",
    summary: "Change a finding's status by a person's own decision, and say why",
    role: "analyst",
    body: "json",
    input: z.object({
      params: z.strictObject({ id: findingId }),
      body: z.strictObject(transition).meta({ examples: [{ to: "resolved", reason: "the rule was removed by hand" }] }),
    }),
    answers: { 200: { what: "The finding as it is now", schema: finding } },
    async handle({ params, body }, { useCases, caller, correlationId }) {
      return answerJson(await useCases.transitionFinding({ ...params, ...body, caller, correlationId }));
    },
  }),
];
