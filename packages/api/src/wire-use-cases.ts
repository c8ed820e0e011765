import { acceptEvents } from "@ephor/app/accept-events";
import { applyingGauges, showApplyingSwitch } from "@ephor/app/applying-switch";
import { audit } from "@ephor/app/audit";
import { changeException } from "@ephor/app/change-exception";
import type { Counters } from "@ephor/app/counters";
import { openCursor, sealCursor } from "@ephor/app/cursor";
import { redriveDeadLetter } from "@ephor/app/dead-letters";
import { listDeadLetters, listExceptions, listExecutions } from "@ephor/app/list-by-time";
import { countOpenFindings, listFindings } from "@ephor/app/list-findings";
import type {
  Blobs,
  CheckpointSigner,
  Clock,
  Inbox,
  LedgerStore,
  Random,
  StatementSigner,
  Store,
} from "@ephor/app/ports";
import { newestCheckpoint, proveConsistency, proveRecord, readTile } from "@ephor/app/prove-ledger";
import { requestException } from "@ephor/app/request-exception";
import { showException } from "@ephor/app/show-exception";
import { showExecution } from "@ephor/app/show-execution";
import { showFinding } from "@ephor/app/show-finding";
import type { SignCheckpointDeps } from "@ephor/app/sign-checkpoint";
import { transitionFinding } from "@ephor/app/transition-finding";
import type { Config } from "@ephor/domain/config/config";
import type { Json } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { SEVERITIES, type Severity } from "@ephor/domain/severity";
import type { Tenant } from "@ephor/domain/tenant";
import type { DetectionLine, UseCases } from "./use-cases.ts";
import { whyOf } from "./why-of.ts";
import { type ApprovalUseCaseDeps, wireApprovals } from "./wire-approvals.ts";
import { type ResponseUseCaseDeps, wireResponses } from "./wire-responses.ts";

/** A detection as listed, and why it matters. */
export type CatalogueEntry = { readonly line: DetectionLine; readonly description: string };

export type UseCaseDeps = SignCheckpointDeps &
  ApprovalUseCaseDeps &
  ResponseUseCaseDeps & {
    readonly signer: CheckpointSigner & StatementSigner;
    readonly store: Store;
    readonly blobs: Blobs;
    readonly ledger: LedgerStore;
    readonly clock: Clock;
    readonly random: Random;
    readonly inbox: Inbox;
    readonly config: Config;
    readonly retention: Config["retention"];
    readonly cursorKey: Uint8Array;
    readonly catalogue: readonly CatalogueEntry[];
    readonly counters: Counters;
    readonly historyOf: (of: {
      tenant: Tenant;
      id: string;
      workflow: string;
      name: string;
    }) => Promise<readonly Json[]>;
    readonly state: () => {
      state: "ready" | "starting" | "draining";
      uptimeSeconds: number;
      inboxDepth: number;
      running: number;
    };
    readonly version: string;
    readonly slackAction: UseCases["slackAction"];
    readonly testChannel: (of: {
      tenant: Tenant;
      channel: string;
      by: string;
      correlationId: string;
    }) => ReturnType<UseCases["testChannel"]>;
  };

/** What the API asks for, from the use cases and what a composition root knows; the same on both sides. */
export function wireUseCases(d: UseCaseDeps): UseCases {
  return {
    ...wireResponses(d),
    ...wireApprovals(d, (detection) => whyOf(d.catalogue, detection)),
    // Asked of the configuration each time: a reload may have changed it.
    knowsPerson: (id) => d.config.people.some((person) => person.id === id),
    acceptEvents: async ({ caller, items, correlationId }) => {
      const done = await acceptEvents(d, { items, tenant: caller.tenant, correlationId });
      if (done.ok) {
        d.counters.add("ephor_events_accepted_total", done.value.accepted);
        d.counters.add("ephor_events_rejected_total", done.value.rejected.length);
      }
      return done;
    },
    listFindings: ({ caller, limit, cursor, ...filter }) =>
      listFindings(d, { tenant: caller.tenant, filter, limit, ...(cursor === undefined ? {} : { cursor }) }),
    showFinding: async ({ caller, id }) => {
      const shown = await showFinding(d, { tenant: caller.tenant, id });
      return shown.ok ? ok({ ...shown.value, why: whyOf(d.catalogue, shown.value.detection) }) : shown;
    },
    transitionFinding: ({ caller, ...change }) =>
      transitionFinding(d, { ...change, tenant: caller.tenant, by: caller.subject, cause: "person" }),
    listExceptions: async ({ caller, ...query }) => {
      const listed = await listExceptions(d, { ...query, tenant: caller.tenant });
      return listed.ok ? ok({ ...listed.value, items: listed.value.items.map(untenanted) }) : listed;
    },
    showException: async ({ caller, id }) => shownOnly(await showException(d, { tenant: caller.tenant, id })),
    requestException: async ({ caller, ...request }) =>
      shownOnly(await requestException(exceptionDeps(d), { ...request, tenant: caller.tenant })),
    revokeException: async ({ caller, ...change }) =>
      shownOnly(
        await changeException(exceptionDeps(d), {
          ...{ ...change, tenant: caller.tenant, to: "revoked", by: caller.person ?? caller.subject },
        }),
      ),
    slackAction: async (request) => {
      const taken = await d.slackAction(request);
      if (!taken.ok && taken.error.code === "slack.refused") d.counters.add("ephor_slack_refused_total");
      return taken;
    },
    testChannel: ({ caller, id, correlationId }) =>
      d.testChannel({ tenant: caller.tenant, channel: id, by: caller.subject, correlationId }),
    listExecutions: ({ caller, ...query }) => listExecutions(d, { ...query, tenant: caller.tenant }),
    showExecution: ({ caller, id }) => showExecution(d, { tenant: caller.tenant, id }),
    listDeadLetters: ({ caller, ...query }) => listDeadLetters(d, { ...query, tenant: caller.tenant }),
    redriveDeadLetter: ({ caller, id }) => redriveDeadLetter(d, { tenant: caller.tenant, id, by: caller.subject }),
    listDetections: async (query) => listDetections(d, query),
    ledgerCheckpoint: async ({ caller }) => {
      const checkpoint = await newestCheckpoint(d, caller.tenant);
      return checkpoint.ok ? ok(checkpoint.value.note) : checkpoint;
    },
    ledgerTile: ({ caller, path }) => readTile(d, { tenant: caller.tenant, path: `tile/${path}` }),
    ledgerRecord: ({ caller, seq }) => proveRecord(d, { tenant: caller.tenant, seq }),
    ledgerConsistency: ({ caller, from, to }) => proveConsistency(d, { tenant: caller.tenant, from, to }),
    status: async ({ caller }) => ok(await nodeStatus(d, caller.tenant)),
    ready: async () => {
      const { state } = d.state();
      return state === "ready" ? { isReady: true, state } : { isReady: false, state, reason: `the node is ${state}` };
    },
    metricsText: async () => {
      const { inboxDepth, running, uptimeSeconds } = d.state();
      return d.counters.text({
        ephor_inbox_depth: inboxDepth,
        ephor_executions_running: running,
        ephor_uptime_seconds: uptimeSeconds,
        ...(await applyingGauges(d)),
      });
    },
    audit: ({ caller, ...entry }) =>
      audit(d, caller === undefined ? entry : { ...entry, tenant: caller.tenant, subject: caller.subject }),
  };
}

const exceptionDeps = (d: UseCaseDeps) => ({
  ...d,
  policy: () => d.config.responsePolicy,
  channels: () => Object.keys(d.config.channels),
});
const untenanted = <T extends { readonly tenant: Tenant }>({ tenant: _, ...told }: T): Omit<T, "tenant"> => told;
const shownOnly = <T extends { readonly tenant: Tenant }>(result: Result<T>): Result<Omit<T, "tenant">> =>
  result.ok ? ok(untenanted(result.value)) : result;

type CatalogueQuery = Parameters<UseCases["listDetections"]>[0];

function listDetections(
  d: UseCaseDeps,
  { caller, cursor, limit }: CatalogueQuery,
): Awaited<ReturnType<UseCases["listDetections"]>> {
  const scope = { tenant: caller.tenant, filter: { list: "detections" } };
  const position = cursor === undefined ? ok(0) : openCursor(d.cursorKey, { ...scope, cursor });
  if (!position.ok) return position;
  const from = Number(position.value);
  const items = d.catalogue.slice(from, from + limit).map(({ line }) => line);
  const next = from + limit;
  return ok({
    items,
    cursor: next < d.catalogue.length ? sealCursor(d.cursorKey, { ...scope, position: next }) : null,
  });
}

const NEWEST = 10;

async function nodeStatus(d: UseCaseDeps, tenant: Tenant) {
  const [newest, open, letters, head, checkpoint, applying] = await Promise.all([
    listFindings(d, { tenant, filter: {}, limit: NEWEST }),
    countOpenFindings(d, tenant),
    listDeadLetters(d, { tenant, limit: 1000 }),
    d.ledger.head(tenant),
    d.ledger.checkpoint(tenant),
    showApplyingSwitch(d, tenant),
  ]);
  const { state, uptimeSeconds, inboxDepth } = d.state();
  return {
    version: d.version,
    state,
    uptimeSeconds,
    findings: { open: bySeverity(open.counts), newest: newest.ok ? newest.value.items : [] },
    applying,
    inbox: { depth: inboxDepth, deadLetters: letters.ok ? letters.value.items.length : 0 },
    ledger: { size: head.size, checkpoint: checkpoint?.note ?? null, signedAt: checkpoint?.signedAt ?? null },
  };
}

function bySeverity(counts: Partial<Record<Severity, number>>): Record<Severity, number> {
  const all: Record<Severity, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const severity of SEVERITIES) all[severity] = counts[severity] ?? 0;
  return all;
}
