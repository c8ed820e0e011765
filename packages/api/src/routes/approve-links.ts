import type { LinkRefusal } from "@ephor/app/decide-by-link";
import type { LinkAsked, LinkView } from "@ephor/app/view-approval-link";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { decisionWord, reasonIfAny } from "../approval-schemas.ts";
import { linkPage } from "../pages/link-page.ts";
import type { Reply } from "../reply.ts";
import { seeOther } from "../reply.ts";
import { publicRoute, type Route, type RouteContext } from "../route.ts";

/** Longer than any token: which form a wrong one has is nobody's business, so all get the same page. */
const params = z.strictObject({ token: z.string().max(4096, "expected a link to an approval") });

/** Who is signed in in the same browser counts: a link of another person is not theirs to use. */
function askedBy(token: string, { identity, address, correlationId }: RouteContext): LinkAsked {
  const signedIn = identity.kind === "session" ? identity.caller : null;
  return { token, signedIn, address, correlationId };
}

function shown(
  token: string,
  of: { context: RouteContext; view: LinkView; refusal?: LinkRefusal; reason?: string },
): Reply {
  const { identity, useCases, publicUrl } = of.context;
  const csrf = identity.kind === "session" ? identity.csrf : undefined;
  const { nameOf, whyOf } = useCases;
  return linkPage({ token, view: of.view, refusal: of.refusal, reason: of.reason, csrf, nameOf, whyOf, publicUrl });
}

const NO_WORD: LinkRefusal = { code: "decision", message: "choose whether to approve or to reject" };

/** Links for people outside (docs/approvals.md): looking changes nothing, however often. */
export const approveLinkRoutes: readonly Route[] = [
  publicRoute({
    method: "GET",
    path: "/approve/{token}",
    summary: "What a link asks one person to decide; looking at it changes nothing",
    kind: "page",
    input: z.object({ params }),
    answers: { 200: { what: "The page", type: "text/html" } },
    async handle({ params: { token } }, context) {
      const view = await context.useCases.viewApprovalLink(askedBy(token, context));
      return ok(shown(token, { context, view }));
    },
  }),
  publicRoute({
    method: "POST",
    path: "/approve/{token}",
    summary: "Decides, with the page's nonce and what had to be typed",
    kind: "page",
    body: "form",
    input: z.object({
      params,
      body: z
        .object({
          decision: decisionWord.exactOptional(),
          reason: reasonIfAny,
          typed: z.string().max(2048).default(""),
          nonce: z.string().max(200).default(""),
        })
        .meta({ examples: [{ decision: "approve", reason: "as agreed", typed: "C7F3", nonce: "0.x" }] }),
    }),
    answers: { 303: { what: "Back to the page, which says what was decided" } },
    async handle({ params: { token }, body: { decision, ...told } }, context) {
      const asked = askedBy(token, context);
      if (decision === undefined) {
        const view = await context.useCases.viewApprovalLink(asked);
        return ok(shown(token, { context, view, refusal: NO_WORD, reason: told.reason }));
      }
      const done = await context.useCases.decideByLink({ ...asked, ...told, decision });
      if (done.kind === "decided") return ok(seeOther(`/approve/${token}`));
      const refusal = done.refusal === undefined ? {} : { refusal: done.refusal };
      return ok(shown(token, { context, view: done.view, reason: told.reason, ...refusal }));
    },
  }),
];
