import { mayActAs } from "@ephor/app/caller";
import { FINDING_STATUSES, type FindingStatus } from "@ephor/domain/finding";
import { mayTransition } from "@ephor/domain/finding-status";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { findingPage } from "../pages/finding-page.ts";
import { findingsPage } from "../pages/findings-page.ts";
import { statusPage } from "../pages/status-page.ts";
import { seeOther } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { findingId, paging, timeFilter } from "../schemas.ts";
import { viewerOf } from "../viewer.ts";
import { findingFilters, transition } from "./findings.ts";

/** A day alone means its beginning: that is what people type. */
const dayOrTime = z
  .string()
  .transform((value) => (/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value))
  .pipe(timeFilter)
  .exactOptional();
const html = { type: "text/html" };

export const pageRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/",
    summary: "How the node is and what it found last",
    role: "viewer",
    kind: "page",
    input: z.object({}),
    answers: { 200: { what: "The overview", ...html } },
    async handle(_, { useCases, caller, identity, publicUrl }) {
      const status = await useCases.status({ caller });
      if (!status.ok) return status;
      return ok(statusPage({ status: status.value, viewer: viewerOf(identity, caller), publicUrl }));
    },
  }),
  route({
    method: "GET",
    path: "/findings",
    summary: "Findings, with filters in the URL",
    role: "viewer",
    kind: "page",
    input: z.object({
      query: z.strictObject({ ...findingFilters, ...paging, since: dayOrTime, until: dayOrTime }),
    }),
    answers: { 200: { what: "A page of findings", ...html } },
    async handle({ query }, { useCases, caller, identity }) {
      const list = await useCases.listFindings({ ...query, caller });
      if (!list.ok) return list;
      const { limit: _, cursor: __, ...filters } = query;
      return ok(findingsPage({ list: list.value, filters, viewer: viewerOf(identity, caller) }));
    },
  }),
  route({
    method: "GET",
    path: "/findings/{id}",
    summary: "A finding with its evidence and timeline",
    role: "viewer",
    kind: "page",
    input: z.object({ params: z.strictObject({ id: findingId }) }),
    answers: { 200: { what: "The finding", ...html } },
    audits: "finding-read",
    async handle({ params }, { useCases, caller, identity }) {
      const finding = await useCases.showFinding({ ...params, caller });
      if (!finding.ok) return finding;
      const targets = mayActAs(caller.role, "analyst") ? targetsOf(finding.value.status) : [];
      return ok(findingPage({ finding: finding.value, viewer: viewerOf(identity, caller), targets }));
    },
  }),
  route({
    method: "POST",
    path: "/findings/{id}/transitions",
    summary: "Change a finding's status from its page",
    role: "analyst",
    kind: "page",
    body: "form",
    input: z.object({
      params: z.strictObject({ id: findingId }),
      body: z.object(transition).meta({ examples: [{ to: "resolved", reason: "removed by hand" }] }),
    }),
    answers: { 303: { what: "Back to the finding" } },
    async handle({ params, body }, { useCases, caller, correlationId }) {
      const changed = await useCases.transitionFinding({ ...params, ...body, caller, correlationId });
      return changed.ok ? ok(seeOther(`/findings/${params.id}`)) : changed;
    },
  }),
];

const targetsOf = (from: FindingStatus): readonly FindingStatus[] =>
  FINDING_STATUSES.filter((to) => mayTransition({ from, to, cause: "person" }));
