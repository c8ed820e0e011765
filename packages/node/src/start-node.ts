import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createApi } from "@ephor/api/app";
import { apiTokens } from "@ephor/app/api-tokens";
import { dispatchEffects } from "@ephor/app/dispatch-effects";
import { decode, type ExecutionLine } from "@ephor/app/items";
import { executionKey } from "@ephor/app/keys";
import type { Clock, Log, Random, Write } from "@ephor/app/ports";
import { sessions } from "@ephor/app/sessions";
import { signCheckpoint } from "@ephor/app/sign-checkpoint";
import { tenantsOf } from "@ephor/app/tenant-of";
import { compileDetections } from "@ephor/detections/evaluate";
import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { localBus } from "@ephor/local/bus/bus";
import { type DurableEngine, durableEngine } from "@ephor/local/engine/durable/durable-engine";
import { executionNameKey, readHistory } from "@ephor/local/engine/durable/stored";
import { durableInbox } from "@ephor/local/inbox/inbox";
import { openSqlite, type SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import { processTimers, type Timers } from "@ephor/local/timers/timers";
import type { TaskDeps } from "@ephor/tasks/registry";
import { runTask } from "@ephor/tasks/run-task";
import { getRequestListener } from "@hono/node-server";
import { counters } from "./counters.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { welcome } from "./first-start.ts";
import { invoke } from "./invoke.ts";
import { fileSigner } from "./ledger-signer.ts";
import { loop } from "./loop.ts";
import { steadyClock } from "./steady-clock.ts";
import { topologyFor } from "./topology-for.ts";
import { nodeUseCases } from "./use-cases.ts";
import { delivery, routeMatcher, workflowSources } from "./workflows.ts";

export type NodeSettings = {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
};
export type RunningNode = {
  readonly url: string;
  /** Signs somebody in once; null where the folder has been used before. */
  readonly signInUrl: string | null;
  /** Takes no new work, finishes what is under way within 30 s, closes the store. Gives what the next start takes up. */
  stop(): Promise<{ left: number }>;
};

const DELIVERIES = 64;
const CHECKPOINT_MS = 10_000;
/** A record is under a signed head within this time of its commit, without a signature a commit. */
const SIGN_SOON_MS = 500;
const EFFECTS_MS = 60_000;
const SWEEP_MS = 60_000;
const SWEEP_ROWS = 500;
const DRAIN_MS = 30_000;

/**
 * The whole product in one process: store, bus, engine, API (architecture.md, packages/node). Resolves when it answers.
 * Errors name what and where: `node.port-taken`, `node.data-unwritable`, a store that cannot be opened, `topology.invalid`.
 */
export async function startNode(s: NodeSettings): Promise<Result<RunningNode, EphorError>> {
  const startedMs = Date.now();
  const random: Random = { bytes: (count) => randomBytes(count) };
  const clock = steadyClock({ nowMs: () => Date.now(), onWentBack: (jump) => s.log.warn("clock.went-back", jump) });
  const folder = openDataFolder(s.data);
  if (!folder.ok) return folder;
  const sqlite = openSqlite({ file: folder.value.database, clock, log: s.log });
  if (!sqlite.ok) return sqlite;
  const parts = assemble(s, { clock, random, folder: folder.value, sqlite: sqlite.value, startedMs });
  if (!parts.ok) {
    sqlite.value.close();
    return parts;
  }
  const node = parts.value;
  const server = await listen({ host: s.host, port: s.port, listener: node.listener });
  if (!server.ok) {
    await node.stop();
    sqlite.value.close();
    return server;
  }
  const { link } = await node.begin(folder.value.adminToken);
  const address = server.value.address();
  const port = typeof address === "object" && address !== null ? address.port : s.port;
  const url = `http://${s.host.includes(":") ? `[${s.host}]` : s.host}:${port}`;
  s.log.info("node.started", { url, version: s.version });
  return ok({
    url,
    signInUrl: link === null ? null : `${url}${link}`,
    stop: async () => {
      s.log.info("node.stopping");
      node.drain();
      await closeServer(server.value);
      const left = await node.stop();
      sqlite.value.close();
      s.log.info("node.stopped", { left });
      return { left };
    },
  });
}

type Base = { clock: Clock; random: Random; folder: DataFolder; sqlite: SqliteStore; startedMs: number };

/** Wires every part. Nothing runs before `begin`. */
function assemble(s: NodeSettings, { clock, random, folder, sqlite, startedMs }: Base) {
  const { store, blobs, ledger } = sqlite;
  const { config, log } = s;
  const running = topologyFor(config);
  if (!running.ok) return running;
  const { topology, detections } = running.value;

  let state: "starting" | "ready" | "draining" = "starting";
  const tenants = (): readonly Tenant[] => tenantsOf(config);
  const workflows = workflowSources(topology);
  const signer = fileSigner({
    publicUrl: config.publicUrl,
    pem: folder.ledgerKeyPem,
    verifierKeysFile: folder.verifierKeys,
  });
  const counts = counters();
  const timers = processTimers;
  const evaluate = compileDetections(detections, { allow: config.allowLists });
  const base = { store, blobs, ledger, clock, random, log, signer, config };

  const engine: DurableEngine = durableEngine({
    ...base,
    timers,
    workflows,
    invoke: (running, task) => invoke(invokeDeps, running, task),
  });
  const taskDeps: TaskDeps = {
    ...base,
    executions: engine,
    taskTokens: engine,
    evaluate,
    tenants,
    policy: config.responsePolicy,
    surroundingsOf: (account) => {
      const environment = config.accounts[account]?.environment;
      return environment === undefined ? {} : { environment };
    },
  };
  const invokeDeps = {
    runTask: (task: { name: string; payload: Json }) => runTask(taskDeps, task),
    executions: engine,
    ended: (of: { tenant: Tenant; workflow: string; name: string }) => lineOnceEnded({ sqlite, engine }, of),
  };
  const bus = localBus({
    ...base,
    timers,
    workflowsFor: routeMatcher(topology),
    deliver: delivery({
      clock,
      random,
      timers,
      executions: engine,
      workflows,
      invoke: (by, task) => invoke(invokeDeps, by, task),
    }),
    concurrency: DELIVERIES,
  });
  const inbox = durableInbox({
    store,
    blobs,
    clock,
    depth: bus.depth,
    depthMax: config.limits.inboxMax,
    onAccepted: bus.enqueue,
  });
  const tokens = apiTokens({ store, clock, random, cursorKey: folder.cursorKey });
  const signIns = sessions({ store, clock, random });
  const useCases = nodeUseCases({
    ...base,
    inbox,
    cursorKey: folder.cursorKey,
    detections,
    counters: counts,
    historyOf: (of) => readHistory(store, of) as Promise<readonly Json[]>,
    state: () => ({
      state,
      uptimeSeconds: Math.floor((Date.now() - startedMs) / 1000),
      inboxDepth: bus.depth(),
      running: engine.running(),
    }),
    version: s.version,
  });
  const { publicUrl, trustedProxies, limits } = config;
  const { requestsPerSecond, burstFactor, bodyBytesMax } = limits;
  const settings = { publicUrl, trustedProxies, requestsPerSecond, burstFactor, bodyBytesMax };
  const api = createApi({ useCases, tokens, sessions: signIns, log, clock, random, settings });

  const effects = loop(
    { timers, log },
    { name: "effects", everyMs: EFFECTS_MS, work: () => all(tenants(), (one) => dispatchEffects(taskDeps, one)) },
  );
  const checkpoints = loop(
    { timers, log },
    { name: "checkpoints", everyMs: CHECKPOINT_MS, work: () => all(tenants(), (one) => signCheckpoint(base, one)) },
  );
  const sweep = loop(
    { timers, log },
    { name: "expired", everyMs: SWEEP_MS, work: () => sqlite.sweepExpired(SWEEP_ROWS) },
  );
  const signSoon = debounced(timers, { delayMs: SIGN_SOON_MS, run: () => checkpoints.wake() });
  const unlisten = sqlite.onCommit((writes) => {
    if (writes.some(isEffect)) effects.wake();
    if (writes.some(({ kind }) => kind === "append")) signSoon();
  });

  return ok({
    listener: getRequestListener((request, env) => api.fetch(request, { address: addressOf(env) })),
    begin: async (adminToken: string) => {
      const [events, executions, link] = await Promise.all([
        bus.resume(tenants()),
        engine.resume(tenants()),
        welcome({ tokens, sessions: signIns }, { file: adminToken, correlationId: randomUUID() }),
      ]);
      if (events + executions > 0) log.info("node.resumed", { events, executions });
      await all(tenants(), (one) => signCheckpoint(base, one));
      effects.wake();
      state = "ready";
      return { link };
    },
    drain: () => {
      state = "draining";
    },
    stop: async () => {
      unlisten();
      await Promise.race([bus.idle(), new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
      await bus.stop();
      await Promise.all([effects.stop(), sweep.stop()]);
      await engine.stop();
      await checkpoints.stop();
      await all(tenants(), (one) => signCheckpoint(base, one));
      return bus.depth() + engine.running();
    },
  });
}

const isEffect = (write: Write): boolean => write.kind === "put" && write.item.pk.startsWith("effect#");

const all = <T>(tenants: readonly Tenant[], work: (tenant: Tenant) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(tenants.map(work));

/** Calls `run` once, `delayMs` after the first of several calls. */
function debounced(timers: Timers, { delayMs, run }: { delayMs: number; run: () => void }): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    timers.after(delayMs, () => {
      isWaiting = false;
      run();
    });
  };
}

async function lineOnceEnded(
  d: { sqlite: SqliteStore; engine: DurableEngine },
  of: { tenant: Tenant; workflow: string; name: string },
): Promise<ExecutionLine> {
  const named = await d.sqlite.store.get(executionNameKey(of.tenant, of));
  const id = named?.data["id"];
  if (typeof id !== "string") throw new Error(`no execution ${of.workflow} ${of.name}`);
  await d.engine.ended(id);
  const item = await d.sqlite.store.get(executionKey(of.tenant, id));
  if (item === undefined) throw new Error(`no execution ${id}`);
  return decode("execution", item);
}

const addressOf = (env: unknown): string | undefined => {
  const incoming = env as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming.incoming?.socket?.remoteAddress;
};

type Listener = Parameters<typeof createServer>[1];

function listen({
  host,
  port,
  listener,
}: {
  host: string;
  port: number;
  listener: Listener;
}): Promise<Result<Server, EphorError>> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, listener);
  return new Promise((resolve) => {
    server.once("error", (cause: NodeJS.ErrnoException) => resolve(err(listenError(cause, { host, port }))));
    server.listen(port, host, () => resolve(ok(server)));
  });
}

function listenError(cause: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): EphorError {
  const reason =
    cause.code === "EADDRINUSE"
      ? "is taken by another program"
      : `cannot be listened on (${cause.code ?? cause.message})`;
  return ephorError("node.port-taken", `port ${port} of ${host} ${reason}; choose another by --port or EPHOR_PORT`, {
    cause,
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
