import { randomUUID } from "node:crypto";
import { createApi } from "@ephor/api/app";
import { wireUseCases } from "@ephor/api/wire-use-cases";
import { apiTokens } from "@ephor/app/api-tokens";
import { approvalLinks } from "@ephor/app/approval-links";
import { counters } from "@ephor/app/counters";
import { exceptionCache } from "@ephor/app/exception-cache";
import { decode, type ExecutionLine } from "@ephor/app/items";
import { executionKey } from "@ephor/app/keys";
import { noticeChannels } from "@ephor/app/notice-channels";
import type {
  AwsAccess,
  CheckpointSigner,
  Clock,
  Log,
  Random,
  Remediations,
  Sealer,
  SecretOf,
  StatementSigner,
} from "@ephor/app/ports";
import { sessions } from "@ephor/app/sessions";
import { signCheckpoint } from "@ephor/app/sign-checkpoint";
import { tenantsOf } from "@ephor/app/tenant-of";
import { catalogueEntry } from "@ephor/detections/catalogue-entry";
import { compileDetections } from "@ephor/detections/evaluate";
import { whyIn } from "@ephor/detections/why-in";
import type { Config } from "@ephor/domain/config/config";
import type { EphorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { ownRoleIn } from "@ephor/domain/own-action";
import { surroundingsIn } from "@ephor/domain/response-policy";
import { ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { epochMsOf } from "@ephor/domain/time";
import { type Bus, localBus } from "@ephor/local/bus/bus";
import { durableEngine } from "@ephor/local/engine/durable/durable-engine";
import type { DurableEngine } from "@ephor/local/engine/durable/engine-ports";
import { executionNameKey, readHistory } from "@ephor/local/engine/durable/stored";
import { durableInbox } from "@ephor/local/inbox/inbox";
import type { SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import type { Timers } from "@ephor/local/timers/timers";
import type { TaskDeps } from "@ephor/tasks/registry";
import { runTask } from "@ephor/tasks/run-task";
import { routeMatcher } from "@ephor/topology/route-matcher";
import { welcome } from "./first-start.ts";
import { type InvokeDeps, invoke } from "./invoke.ts";
import { type Loop, loop } from "./loop.ts";
import { nodeLoops } from "./node-loops.ts";
import { nodeNotices } from "./notices.ts";
import { configReloader } from "./reload-config.ts";
import { topologyFor } from "./topology-for.ts";
import { delivery, workflowSources } from "./workflows.ts";

/** What a node is made from; a test gives a clock and timers of its own. */
export type NodePorts = {
  readonly sqlite: SqliteStore;
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly log: Log;
  readonly signer: CheckpointSigner & StatementSigner;
  readonly cursorKey: Uint8Array;
  /** Signs the links to approvals, at least 32 bytes. */
  readonly linkKey: Uint8Array;
  /** What the configuration's secret references name. */
  readonly secretOf: SecretOf;
  /** Where people reach this node. The names of logs are the signer's affair. */
  readonly publicUrl: string;
  readonly version: string;
  readonly remediations: Remediations;
  readonly awsAccess: AwsAccess;
  readonly sealer: Sealer;
  /** Reads the configuration again; without it a node keeps what it began with. */
  readonly reread?: () => Result<Config, EphorError<"config.invalid" | "config.unreadable">>;
};
export type AssembledNode = {
  readonly api: ReturnType<typeof createApi>;
  readonly engine: DurableEngine;
  readonly bus: Bus;
  /** Takes up what the last run left, lets somebody in, and is ready. Gives the path of a sign-in link on a first start. */
  begin(adminTokenFile: string): Promise<string | null>;
  drain(): void;
  /** Finishes what is under way, within `withinMs`; gives how much is left for the next start. */
  stop(withinMs: number): Promise<number>;
};

const DELIVERIES = 64;
/** Architecture rule 10: a policy is cached for at most a minute. */
const CONFIG_MS = 60_000;
/** What is under way after the drain may end in this time; then calls are cut off, which takes effect in that one. */
const STOP_MS = 1_200;
const CUT_OFF_MS = 300;

/** Wires every part of one node (architecture.md, packages/node). Nothing runs before `begin`. */
export function assembleNode(ports: NodePorts): Result<AssembledNode, EphorError<"topology.invalid">> {
  const { sqlite, config, clock, random, timers, log } = ports;
  const running = topologyFor(config);
  if (!running.ok) return running;
  const { topology, detections } = running.value;
  const { store, blobs, ledger } = sqlite;
  const base = {
    store,
    blobs,
    ledger,
    clock,
    random,
    timers,
    log,
    config,
    retention: config.retention,
    signer: ports.signer,
    cursorKey: ports.cursorKey,
    links: approvalLinks({ key: ports.linkKey }),
    remediations: ports.remediations,
    awsAccess: ports.awsAccess,
    sealer: ports.sealer,
  };
  const tenants = (): readonly Tenant[] => [...new Set([...tenantsOf(config), ...sqlite.tenants()])];
  const workflows = workflowSources(topology);

  const engine: DurableEngine = durableEngine({
    ...base,
    workflows,
    invoke: (by, task) => invoke(invokeDeps, by, task),
  });
  const notices = nodeNotices({
    ...base,
    ...{ publicUrl: ports.publicUrl, secretOf: ports.secretOf, whyOf: whyIn(detections) },
  });
  const taskDeps: TaskDeps = {
    ...base,
    ...notices.effects,
    putEvent: ({ tenant, envelope, correlationId }) => inbox.accept({ tenant, envelope, correlationId }),
    tenants,
    executions: engine,
    taskTokens: engine,
    evaluate: compileDetections(detections, { allow: config.allowLists }),
    // A reload puts another one in its place.
    get policy() {
      return config.responsePolicy;
    },
    surroundingsOf: surroundingsIn(config),
    ownRoleOf: ownRoleIn(config),
    channels: () => Object.keys(config.channels),
    exceptions: exceptionCache(base),
  };
  const invokeDeps: InvokeDeps = {
    runTask: (task) => runTask(taskDeps, task),
    executions: engine,
    ended: (of) => lineOnceEnded({ sqlite, engine }, of),
  };
  const deliver = delivery({
    ...base,
    workflows,
    executions: engine,
    invoke: (by, task) => invoke(invokeDeps, by, task),
  });
  const bus = localBus({ ...base, workflowsFor: routeMatcher(topology), deliver, concurrency: DELIVERIES });
  const inbox = durableInbox({ ...base, depth: bus.depth, depthMax: config.limits.inboxMax, onAccepted: bus.enqueue });

  const tokens = apiTokens(base);
  const signIns = sessions(base);
  const counts = counters();
  const life = lifeOf({ clock, inboxDepth: bus.depth, running: engine.running });
  const useCases = wireUseCases({
    ...base,
    inbox,
    catalogue: detections.map(catalogueEntry),
    counters: counts,
    slackAction: notices.slackAction,
    testChannel: notices.testChannel,
    historyOf: (of) => readHistory(store, of) as Promise<readonly Json[]>,
    state: life.now,
    version: ports.version,
  });
  const { trustedProxies, limits } = config;
  const { publicUrl } = ports;
  const { requestsPerSecond, burstFactor, bodyBytesMax } = limits;
  const settings = { publicUrl, trustedProxies, requestsPerSecond, burstFactor, bodyBytesMax };
  const api = createApi({ useCases, tokens, sessions: signIns, log, clock, random, settings });

  const { reread } = ports;
  const reload = reread === undefined ? undefined : configLoop(ports, { ...base, inbox, reread });
  const loops = nodeLoops(ports, { tenants, taskDeps, counts, schedules: topology.schedules });
  return ok({
    api,
    engine,
    bus,
    begin: async (adminTokenFile) => {
      await noticeChannels(taskDeps);
      const [events, executions, link] = await Promise.all([
        bus.resume(tenants()),
        engine.resume(tenants()),
        welcome({ tokens, sessions: signIns }, { file: adminTokenFile, correlationId: randomUUID() }),
      ]);
      if (events + executions > 0) log.info("node.resumed", { events, executions });
      await Promise.all(tenants().map((one) => signCheckpoint(base, one)));
      loops.effects.wake();
      loops.notices.wake();
      loops.catchUp();
      life.become("ready");
      return link;
    },
    drain: () => life.become("draining"),
    stop: async (withinMs) => {
      await within(withinMs, bus.idle());
      // What still runs then is taken up by the next start, from where the store has it.
      notices.stopSending();
      const stopped = Promise.all([bus.stop(), loops.stop(), reload?.stop(), engine.stop()]);
      await within(STOP_MS, stopped);
      notices.close();
      await within(CUT_OFF_MS, stopped);
      await Promise.all(tenants().map((one) => signCheckpoint(base, one)));
      return bus.depth() + engine.running();
    },
  });
}

const configLoop = (ports: NodePorts, d: Parameters<typeof configReloader>[0]): Loop =>
  loop(ports, { name: "config", everyMs: CONFIG_MS, work: configReloader(d) });

type Life = "starting" | "ready" | "draining";

function lifeOf(d: { clock: Clock; inboxDepth: () => number; running: () => number }) {
  const startedMs = epochMsOf(d.clock.now());
  let state: Life = "starting";
  return {
    become: (next: Life) => {
      state = next;
    },
    now: () => ({
      state,
      uptimeSeconds: Math.floor((epochMsOf(d.clock.now()) - startedMs) / 1000),
      inboxDepth: d.inboxDepth(),
      running: d.running(),
    }),
  };
}

/** Real time, whatever the node's clock: a shutdown has to end. */
async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
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
