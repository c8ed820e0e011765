import { z } from "zod";
import { type EventItems, inPlace } from "../parse-events.ts";
import { jsonReply } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { accepted } from "../schemas.ts";

export const eventRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/v1/events",
    summary: "Send events: one, an array, or NDJSON; answered once every accepted one is stored durably",
    role: "analyst",
    body: "events",
    input: z.object({ body: z.custom<EventItems>() }),
    answers: { 202: { what: "How many were accepted, and why the others were not", schema: accepted } },
    async handle({ body }, { useCases, caller, correlationId }) {
      const outcome = await useCases.acceptEvents({ items: body.items, correlationId, caller });
      return outcome.ok ? { ok: true, value: jsonReply(inPlace(body, outcome.value), { status: 202 }) } : outcome;
    },
  }),
];
