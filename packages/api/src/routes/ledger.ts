import { createHash } from "node:crypto";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { REVALIDATED, textReply } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { consistencyProof, position, provenRecord } from "../schemas.ts";
import { answerJson } from "./answer-json.ts";

/** `<level>/<index>[.p/<width>]` or `entries/<index>[.p/<width>]` (C2SP tlog-tiles); an index in groups of three digits. */
const TILE = /^(?:entries|\d|[1-5]\d|6[0-3])\/(?:x\d{3}\/){0,5}\d{3}(?:\.p\/(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?$/;

export const ledgerRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/ledger/checkpoint",
    summary: "The newest signed tree head (C2SP tlog-checkpoint)",
    role: "viewer",
    input: z.object({}),
    answers: { 200: { what: "A signed note", type: "text/plain" } },
    async handle(_, { useCases, caller }) {
      const note = await useCases.ledgerCheckpoint({ caller });
      return note.ok ? ok(textReply(note.value, { "content-type": "text/plain; charset=utf-8" })) : note;
    },
  }),
  route({
    method: "GET",
    path: "/v1/ledger/tile/{path}",
    summary: "A tile of the tree, or a bundle of its entries (C2SP tlog-tiles paths, slashes included)",
    role: "viewer",
    input: z.object({
      params: z.strictObject({
        path: z
          .string()
          .regex(TILE, "expected a C2SP tile path such as 0/000 or entries/000.p/5")
          .meta({ examples: ["0/000"] }),
      }),
    }),
    answers: { 200: { what: "The tile's bytes; they never change", type: "application/octet-stream" } },
    async handle({ params }, { useCases, caller }) {
      const tile = await useCases.ledgerTile({ ...params, caller });
      if (!tile.ok) return tile;
      const etag = `"${createHash("sha256").update(tile.value).digest("base64url")}"`;
      return ok(textReply(tile.value, { "content-type": "application/octet-stream", etag, ...REVALIDATED }));
    },
  }),
  route({
    method: "GET",
    path: "/v1/ledger/records/{seq}",
    summary: "A record with the proof that the checkpoint covers it",
    role: "viewer",
    input: z.object({ params: z.strictObject({ seq: position }) }),
    answers: { 200: { what: "The record, its inclusion proof and the checkpoint", schema: provenRecord } },
    audits: "record-read",
    handle: async ({ params }, { useCases, caller }) => answerJson(await useCases.ledgerRecord({ ...params, caller })),
  }),
  route({
    method: "GET",
    path: "/v1/ledger/consistency",
    summary: "The proof that the log of `to` records continues the one of `from`",
    role: "viewer",
    input: z.object({
      query: z
        .strictObject({ from: position, to: position })
        .refine(({ from, to }) => from <= to, { message: "expected from to be at most to", path: ["from"] }),
    }),
    answers: { 200: { what: "The hashes of the proof", schema: consistencyProof } },
    handle: async ({ query }, { useCases, caller }) =>
      answerJson(await useCases.ledgerConsistency({ ...query, caller })),
  }),
];
