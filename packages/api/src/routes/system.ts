import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { openApiDocument } from "../openapi.ts";
import { ICON } from "../pages/icon.ts";
import { STYLE, STYLE_ETAG } from "../pages/style.ts";
import { jsonReply, textReply } from "../reply.ts";
import { NO_INPUT, publicRoute, type Route, route } from "../route.ts";

const state = z.enum(["ready", "starting", "draining"]);

/** `routes` are all routes, these included: asked for when a document is, because the table is made of these. */
export const systemRoutes = (routes: () => readonly Route[]): readonly Route[] => [
  publicRoute({
    method: "GET",
    path: "/health",
    isProbe: true,
    summary: "Whether the process lives",
    input: NO_INPUT,
    answers: { 200: { what: "It does", schema: z.strictObject({ status: z.literal("ok") }) } },
    handle: async () => ok(jsonReply({ status: "ok" })),
  }),
  publicRoute({
    method: "GET",
    path: "/ready",
    isProbe: true,
    summary: "Whether requests are welcome: 503 while starting or draining",
    input: NO_INPUT,
    answers: {
      200: { what: "They are", schema: z.strictObject({ state, reason: z.string().exactOptional() }) },
      503: { what: "They are not", schema: z.strictObject({ state, reason: z.string().exactOptional() }) },
    },
    async handle(_, { useCases }) {
      const { isReady, ...told } = await useCases.ready();
      return ok(isReady ? jsonReply(told) : jsonReply(told, { status: 503, headers: { "retry-after": "2" } }));
    },
  }),
  route({
    method: "GET",
    path: "/metrics",
    summary: "Figures of this node for Prometheus",
    role: "viewer",
    input: NO_INPUT,
    answers: { 200: { what: "Prometheus text format 0.0.4", type: "text/plain" } },
    handle: async (_, { useCases }) =>
      ok(textReply(await useCases.metricsText(), { "content-type": "text/plain; version=0.0.4; charset=utf-8" })),
  }),
  publicRoute({
    method: "GET",
    path: "/openapi.json",
    summary: "This document",
    input: NO_INPUT,
    answers: { 200: { what: "OpenAPI 3.1", schema: z.record(z.string(), z.unknown()) } },
    handle: async (_, { publicUrl }) => ok(jsonReply(openApiDocument(routes(), publicUrl))),
  }),
  publicRoute({
    method: "GET",
    path: "/favicon.ico",
    summary: "The pages' mark, where browsers look for it",
    input: NO_INPUT,
    answers: { 200: { what: "An icon", type: "image/svg+xml" } },
    handle: async () => ok(textReply(ICON, { "content-type": "image/svg+xml", "cache-control": "no-cache" })),
  }),
  publicRoute({
    method: "GET",
    path: "/assets/style.css",
    summary: "How the pages look",
    input: NO_INPUT,
    answers: { 200: { what: "A style sheet", type: "text/css" } },
    handle: async () =>
      ok(
        textReply(STYLE, { "content-type": "text/css; charset=utf-8", etag: STYLE_ETAG, "cache-control": "no-cache" }),
      ),
  }),
];
