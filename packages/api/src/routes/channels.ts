import { CHANNEL_KINDS } from "@ephor/domain/config/channel";
import { z } from "zod";
import { type Route, route } from "../route.ts";
import { answerJson } from "./answer-json.ts";

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected the name of a channel")
  .meta({ examples: ["security"] });

export const channelRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/v1/channels/{id}/test",
    summary: "Send a test message by a channel, and say what came of it",
    role: "operator",
    audits: "channel-tested",
    input: z.object({ params: z.strictObject({ id: name }) }),
    answers: {
      200: {
        what: "What came of it",
        schema: z.strictObject({
          channel: z.string(),
          kind: z.enum(CHANNEL_KINDS),
          outcome: z.enum(["sent", "failed"]),
          detail: z.string(),
          durationMs: z.number(),
        }),
      },
    },
    handle: async ({ params }, { useCases, caller, correlationId }) =>
      answerJson(await useCases.testChannel({ caller, id: params.id, correlationId })),
  }),
];
