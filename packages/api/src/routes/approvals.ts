import { isName, toTypeFor } from "@ephor/app/view-approval-link";
import { APPROVAL_STATES } from "@ephor/domain/approval";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { refuse } from "../api-error.ts";
import {
  approval,
  approvalId,
  approvalState,
  decisionWord,
  reason,
  reasonIfAny,
  shownApproval,
} from "../approval-schemas.ts";
import { approvalPage } from "../pages/approval-page.ts";
import { approvalsPage } from "../pages/approvals-page.ts";
import { seeOther } from "../reply.ts";
import { type Identity, type Route, route } from "../route.ts";
import { pageOf, paging } from "../schemas.ts";
import { viewerOf } from "../viewer.ts";
import { answerJson } from "./answer-json.ts";

const byId = z.strictObject({ id: approvalId });
const html = { type: "text/html" };

/** The token that a decision was made with, for its record; a session has none. */
const tokenOf = (identity: Identity) => (identity.kind === "token" ? { tokenId: identity.tokenId } : {});

export const approvalRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/approvals",
    summary: "List approvals, newest first",
    role: "viewer",
    input: z.object({ query: z.strictObject({ state: approvalState.exactOptional(), ...paging }) }),
    answers: { 200: { what: "A page of approvals", schema: pageOf(approval) } },
    handle: async ({ query }, { useCases, caller }) => answerJson(await useCases.listApprovals({ ...query, caller })),
  }),
  route({
    method: "GET",
    path: "/v1/approvals/{id}",
    summary: "Show an approval, with the plan and its diff",
    role: "viewer",
    input: z.object({ params: byId }),
    answers: { 200: { what: "The approval", schema: shownApproval } },
    audits: "approval-read",
    handle: async ({ params }, { useCases, caller }) => answerJson(await useCases.showApproval({ ...params, caller })),
  }),
  route({
    method: "POST",
    path: "/v1/approvals/{id}/decisions",
    summary: "Decide, as the person whose token or session it is; the same again changes nothing",
    role: "approver",
    body: "json",
    input: z.object({
      params: byId,
      body: z
        .strictObject({ decision: decisionWord, reason })
        .meta({ examples: [{ decision: "approve", reason: "the rule was opened by mistake" }] }),
    }),
    answers: { 200: { what: "The approval as it is now", schema: shownApproval } },
    async handle({ params, body }, { useCases, caller, identity, address, correlationId }) {
      const decided = { ...params, ...body, ...tokenOf(identity), caller, address, correlationId };
      return answerJson(await useCases.decideApproval(decided));
    },
  }),
  route({
    method: "GET",
    path: "/approvals",
    summary: "Approvals, those that wait first",
    role: "viewer",
    kind: "page",
    input: z.object({
      query: z.strictObject({ state: z.enum([...APPROVAL_STATES, "all"]).default("pending"), ...paging }),
    }),
    answers: { 200: { what: "A page of approvals", ...html } },
    async handle({ query: { state, ...query } }, { useCases, caller, identity }) {
      const list = await useCases.listApprovals({ ...query, ...(state === "all" ? {} : { state }), caller });
      if (!list.ok) return list;
      return ok(
        approvalsPage({ list: list.value, state, viewer: viewerOf(identity, caller), nameOf: useCases.nameOf }),
      );
    },
  }),
  route({
    method: "GET",
    path: "/approvals/{id}",
    summary: "An approval, and the form to decide on it",
    role: "viewer",
    kind: "page",
    input: z.object({ params: byId }),
    answers: { 200: { what: "The approval", ...html } },
    audits: "approval-read",
    async handle({ params }, { useCases, caller, identity }) {
      const shown = await useCases.showApproval({ ...params, caller });
      if (!shown.ok) return shown;
      return ok(
        approvalPage({ approval: shown.value, viewer: viewerOf(identity, caller), caller, nameOf: useCases.nameOf }),
      );
    },
  }),
  route({
    method: "POST",
    path: "/approvals/{id}/decisions",
    summary: "Decide from an approval's page; a high risk takes the name of what it changes",
    role: "approver",
    kind: "page",
    body: "form",
    input: z.object({
      params: byId,
      body: z
        .object({ decision: decisionWord, reason: reasonIfAny, typed: z.string().max(2048).default("") })
        .meta({ examples: [{ decision: "approve", reason: "the rule was opened by mistake", typed: "sg-1" }] }),
    }),
    answers: { 303: { what: "Back to the approval" } },
    async handle({ params, body }, { useCases, caller, identity, address, correlationId }) {
      const shown = await useCases.showApproval({ ...params, caller });
      if (!shown.ok) return shown;
      const toType = toTypeFor(shown.value);
      if (toType.kind === "name" && !isName(toType, body.typed)) {
        return refuse("approval.code-wrong", "expected the name of what would be changed, as the page shows it");
      }
      const { decision, reason: why } = body;
      const asked = { ...params, decision, reason: why, ...tokenOf(identity), caller, address, correlationId };
      const decided = await useCases.decideApproval(asked);
      return decided.ok ? ok(seeOther(`/approvals/${params.id}`)) : decided;
    },
  }),
];
