import { z } from "zod";
import { type Route, route } from "../route.ts";
import {
  deadLetter,
  deadLetterId,
  execution,
  executionRef,
  executionStatus,
  nameFilter,
  pageOf,
  paging,
  shownExecution,
} from "../schemas.ts";
import { answerJson, mapItems } from "./answer-json.ts";

export const executionRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/executions",
    summary: "List executions of workflows without input and output, newest first",
    role: "viewer",
    input: z.object({
      query: z.strictObject({
        workflow: nameFilter.exactOptional(),
        status: executionStatus.exactOptional(),
        ...paging,
      }),
    }),
    answers: { 200: { what: "A page of executions", schema: pageOf(execution) } },
    async handle({ query }, { useCases, caller }) {
      const listed = await useCases.listExecutions({ ...query, caller });
      return answerJson(mapItems(listed, ({ input: _, output: __, ...line }) => line));
    },
  }),
  route({
    method: "GET",
    path: "/v1/executions/{id}",
    summary: "Show an execution, by its id or the newest of a name; a Standard one with its history",
    role: "viewer",
    input: z.object({ params: z.strictObject({ id: executionRef }) }),
    answers: { 200: { what: "The execution", schema: shownExecution } },
    audits: "execution-read",
    handle: async ({ params }, { useCases, caller }) => answerJson(await useCases.showExecution({ ...params, caller })),
  }),
  route({
    method: "GET",
    path: "/v1/dead-letters",
    summary: "List what could not be done, newest first",
    role: "operator",
    input: z.object({ query: z.strictObject(paging) }),
    answers: { 200: { what: "A page of dead letters", schema: pageOf(deadLetter) } },
    async handle({ query }, { useCases, caller }) {
      const listed = await useCases.listDeadLetters({ ...query, caller });
      return answerJson(
        mapItems(listed, ({ id, kind, at, error, attempts, correlationId }) => ({
          ...{ id, kind, at, error, attempts, correlationId },
        })),
      );
    },
  }),
  route({
    method: "POST",
    path: "/v1/dead-letters/{id}/redrive",
    summary: "Do it again: an event goes through the inbox, an effect to the dispatcher",
    role: "operator",
    input: z.object({ params: z.strictObject({ id: deadLetterId }) }),
    answers: { 202: { what: "It is on its way", schema: z.strictObject({ id: z.string() }) } },
    async handle({ params }, { useCases, caller, correlationId }) {
      return answerJson(await useCases.redriveDeadLetter({ ...params, caller, correlationId }), { status: 202 });
    },
  }),
];
