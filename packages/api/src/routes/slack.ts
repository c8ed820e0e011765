import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { textReply } from "../reply.ts";
import { publicRoute, type Route } from "../route.ts";

/** A request whose right to be heard is its signature, over its very bytes. */
const signed = z.object({
  text: z.string().max(100_000, "expected at most 100000 characters"),
  headers: z.object({
    "x-slack-signature": z.string("expected X-Slack-Signature").max(200, "expected a signature"),
    "x-slack-request-timestamp": z.string("expected X-Slack-Request-Timestamp").max(20, "expected seconds"),
  }),
});

export const slackRoutes: readonly Route[] = [
  publicRoute({
    method: "POST",
    path: "/v1/slack/actions",
    summary:
      "What people do with Ephor's buttons in Slack; signed by Slack, answered at once, done from what is stored",
    body: "signed",
    input: z.object({
      body: signed.meta({
        examples: [
          { text: "payload=%7B%7D", headers: { "x-slack-signature": "v0=0", "x-slack-request-timestamp": "0" } },
        ],
      }),
    }),
    answers: { 200: { what: "It is taken", type: "text/plain" } },
    async handle({ body }, { useCases, correlationId }) {
      const { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp } = body.headers;
      const taken = await useCases.slackAction({ body: body.text, signature, timestamp, correlationId });
      // Slack reads an answer with a body as an order to change the message or the dialog.
      return taken.ok ? ok(textReply("", { "content-type": "text/plain; charset=utf-8" })) : taken;
    },
  }),
];
