import type { Log } from "@ephor/app/ports";
import type { Config } from "@ephor/domain/config/config";
import type { EphorError } from "@ephor/domain/error";
import { ok, type Result } from "@ephor/domain/result";
import { openSqlite, type SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import { processTimers } from "@ephor/local/timers/timers";
import { remediation } from "@ephor/remediations/catalogue";
import { getRequestListener } from "@hono/node-server";
import { type AssembledNode, assembleNode, type NodePorts } from "./assemble.ts";
import { openDataFolder } from "./data-folder.ts";
import { listen } from "./http-server.ts";
import { fileSigner } from "./ledger-signer.ts";
import { pooledRandom } from "./pooled-random.ts";
import { publicUrlOf } from "./public-url.ts";
import { remediationAccess } from "./remediation-access.ts";
import { keySealer } from "./sealer.ts";
import { resolveSecrets } from "./secrets.ts";
import { steadyClock } from "./steady-clock.ts";

export type NodeSettings = {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  readonly reread?: NodePorts["reread"];
  /** Hears of every write once it is on disk. */
  readonly onCommit?: Parameters<SqliteStore["onCommit"]>[0];
};
export type RunningNode = {
  readonly url: string;
  /** Signs somebody in once; null where the folder has been used before. */
  readonly signInUrl: string | null;
  /** Once, however often it is called: takes no new work, finishes what is under way within 30 s, closes the store. Gives what the next start takes up. */
  stop(): Promise<{ left: number }>;
};

/** ingest.md: graceful shutdown within 30 s, in two parts. */
const ANSWERS_MS = 10_000;
const DRAIN_MS = 18_000;

/**
 * The whole product in one process, on one folder. Resolves when it answers.
 * Errors name what and where: `node.port-taken`, `node.data-unwritable`, a store that cannot be opened, `topology.invalid`.
 */
export async function startNode(s: NodeSettings): Promise<Result<RunningNode, EphorError>> {
  const { config, log } = s;
  const clock = steadyClock({ nowMs: () => Date.now(), onWentBack: (jump) => log.warn("clock.went-back", jump) });
  const folder = openDataFolder(s.data);
  if (!folder.ok) return folder;
  const { database, adminToken, ledgerKeyPem: pem, verifierKeys: verifierKeysFile } = folder.value;
  const { cursorKey, linkKey } = folder.value;
  const random = pooledRandom();
  const secrets = await resolveSecrets({ clock, random, environment: process.env }, config);
  if (!secrets.ok) return secrets;
  const sqlite = openSqlite({ file: database, clock, log });
  if (!sqlite.ok) return sqlite;
  if (s.onCommit !== undefined) sqlite.value.onCommit(s.onCommit);
  const signer = fileSigner({ publicUrl: config.publicUrl, pem, verifierKeysFile });
  const server = await listen(s);
  if (!server.ok) {
    sqlite.value.close();
    return server;
  }
  const { url } = server.value;
  const node = assembleNode({
    ...{ sqlite: sqlite.value, config, clock, random, timers: processTimers, log, signer, cursorKey, linkKey },
    secretOf: secrets.value,
    ...{ publicUrl: publicUrlOf(config, url), version: s.version, remediations: remediation },
    awsAccess: remediationAccess({ clock, random, config, secretOf: secrets.value }),
    sealer: keySealer({ key: folder.value.sealingKey, random }),
    ...(s.reread === undefined ? {} : { reread: s.reread }),
  });
  if (!node.ok) {
    await server.value.close(0);
    sqlite.value.close();
    return node;
  }
  server.value.answer(listenerOf(node.value.api));
  const link = await node.value.begin(adminToken);
  log.info("node.started", { url, version: s.version });
  let stopping: Promise<{ left: number }> | undefined;
  const stop = async () => {
    log.info("node.stopping");
    node.value.drain();
    await server.value.close(ANSWERS_MS);
    const left = await node.value.stop(DRAIN_MS);
    sqlite.value.close();
    log.info("node.stopped", { left });
    return { left };
  };
  return ok({
    url,
    signInUrl: link === null ? null : `${url}${link}`,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  });
}

/** The peer's address is the server's to give (api/context.ts). */
const listenerOf = (api: AssembledNode["api"]) =>
  getRequestListener((request, env) => api.fetch(request, { address: addressOf(env) }));

function addressOf(env: object): string | undefined {
  return "incoming" in env && hasSocket(env.incoming) ? env.incoming.socket.remoteAddress : undefined;
}

const hasSocket = (incoming: unknown): incoming is { socket: { remoteAddress?: string } } =>
  typeof incoming === "object" && incoming !== null && "socket" in incoming;
