import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listDeadLetters, listExecutions } from "@ephor/app/list-by-time";
import { listFindings } from "@ephor/app/list-findings";
import type { AwsAccess, Log, Random, SecretOf, Store } from "@ephor/app/ports";
import { showFinding } from "@ephor/app/show-finding";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { ephorError } from "@ephor/domain/error";
import { generateLedgerKey, ledgerKeyToPem } from "@ephor/domain/ledger/ledger-key";
import { err } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { type Timestamp, timestamp } from "@ephor/domain/time";
import { openSqlite, type SqliteStore } from "@ephor/local/sqlite/open-sqlite";
import type { Timers } from "@ephor/local/timers/timers";
import { type AssembledNode, assembleNode, type NodePorts } from "@ephor/node/assemble";
import { fileSigner, readVerifierKeys } from "@ephor/node/ledger-signer";
import { keySealer } from "@ephor/node/sealer";
import { onTestFinished } from "vitest";

/** Chance that repeats: the n-th draw of a world is always the same. */
export function seededRandom(seed: string): Random {
  let draws = 0;
  return {
    bytes(count) {
      const blocks = Array.from({ length: Math.ceil(count / 32) }, () =>
        createHash("sha256").update(`${seed} ${draws++}`).digest(),
      );
      return Buffer.concat(blocks).subarray(0, count);
    },
  };
}

/** A clock that stands still until it is moved, and its timers, which fire as it passes them. */
export function virtualTime(startedAt = "2026-03-01T12:00:00.000Z") {
  let nowMs = Date.parse(startedAt);
  const waiting = new Set<{ atMs: number; run: () => void }>();
  const timers: Timers = {
    after(delayMs, run) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
  };
  return {
    timers,
    clock: { now: (): Timestamp => timestamp(nowMs) },
    /** Fires what is due within `seconds`, one after the other, and stands that much later. */
    advance(seconds: number): void {
      const endMs = nowMs + seconds * 1000;
      for (;;) {
        const [next] = [...waiting].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        waiting.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
      nowMs = endMs;
    },
    pending: () => waiting.size,
  };
}

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const CURSOR_KEY = Buffer.alloc(32, 7);
export const LINK_KEY = Buffer.alloc(32, 8);

/** What a node reaches beside its store; without a port of its own a world has no remediation and no access to AWS. */
export type WorldPorts = Partial<Pick<NodePorts, "remediations" | "awsAccess" | "log" | "secretOf">> & {
  /** Stands between a node and its store, so that it can die at any commit. */
  readonly around?: (store: Store) => Store;
};
const NO_SECRETS: SecretOf = async (reference) => err(ephorError("secret.unset", `${reference} holds no secret`));
const NO_ACCESS: AwsAccess = { open: async () => err(ephorError("remediation.no-access", "a world without AWS")) };

/** A whole node on a folder of its own, with virtual time, spoken to through its API. */
export async function aWorld(config: object = {}, ports: WorldPorts = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-world-"));
  const time = virtualTime();
  const random = seededRandom("world");
  let parsed = parseConfig(config, { file: "test" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  const pem = ledgerKeyToPem(generateLedgerKey({ name: "new", seed: Buffer.alloc(32, 1) }));
  let sqlite: SqliteStore;
  let node: AssembledNode;

  async function open(): Promise<void> {
    const opened = openSqlite({ file: join(folder, "ephor.db"), clock: time.clock });
    if (!opened.ok) throw new Error(opened.error.message);
    sqlite = { ...opened.value, store: ports.around?.(opened.value.store) ?? opened.value.store };
    const publicUrl = parsed.ok ? parsed.value.publicUrl : "";
    const signer = fileSigner({ publicUrl, pem, verifierKeysFile: join(folder, "keys") });
    const made = assembleNode({
      ...{
        sqlite,
        random,
        signer,
        publicUrl,
        log: ports.log ?? quiet,
        cursorKey: CURSOR_KEY,
        linkKey: LINK_KEY,
        version: "test",
      },
      ...{ clock: time.clock, timers: time.timers, config: parsed.ok ? parsed.value : (undefined as never) },
      remediations: ports.remediations ?? (() => undefined),
      secretOf: ports.secretOf ?? NO_SECRETS,
      awsAccess: ports.awsAccess ?? NO_ACCESS,
      sealer: keySealer({ key: Buffer.alloc(32, 9), random }),
    });
    if (!made.ok) throw new Error(made.error.message);
    node = made.value;
    await node.begin(join(folder, "admin-token"));
  }
  await open();
  onTestFinished(async () => {
    await node.stop(1000);
    sqlite.close();
    rmSync(folder, { recursive: true });
  });

  const token = async () => (await import("node:fs")).readFileSync(join(folder, "admin-token"), "utf8").trim();
  const tenant = DEFAULT_TENANT;
  const listing = { tenant, limit: 100 };
  const send = async (method: string, path: string, { secret, body }: { secret: string; body?: object }) => {
    const answer = await node.api.fetch(
      new Request(`http://node${path}`, {
        method,
        headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      { address: "127.0.0.1" },
    );
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
  };
  const secrets = new Map<string, string>();
  const secretOf = async (person: string, role: string): Promise<string> => {
    const known = secrets.get(`${person} ${role}`);
    if (known !== undefined) return known;
    const made = await send("POST", "/v1/tokens", { secret: await token(), body: { name: person, role, person } });
    secrets.set(`${person} ${role}`, String(made.body.secret));
    return String(made.body.secret);
  };
  return {
    time,
    config: parsed.value,
    /** Asks the API as a person of the configuration, with a token of theirs. */
    as: (person: string, role = "approver") => ({
      get: async (path: string) => send("GET", path, { secret: await secretOf(person, role) }),
      post: async (path: string, body: object) => send("POST", path, { secret: await secretOf(person, role), body }),
    }),
    /** Asks the API with the node's own admin token, which speaks for nobody. */
    asAdmin: () => ({
      post: async (path: string, body: object) => send("POST", path, { secret: await token(), body }),
    }),
    /** Hands events in over HTTP and waits until they are done. */
    async receive(...events: readonly object[]) {
      const answer = await node.api.fetch(
        new Request("http://node/v1/events", {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${await token()}` },
          body: JSON.stringify(events),
        }),
        { address: "127.0.0.1" },
      );
      await node.bus.idle();
      return {
        status: answer.status,
        body: (await answer.json()) as { accepted: number; rejected: { index: number; reason: string }[] },
      };
    },
    async findings() {
      const list = await listFindings({ store: sqlite.store, cursorKey: CURSOR_KEY }, { ...listing, filter: {} });
      if (!list.ok) throw new Error(list.error.message);
      return list.value.items;
    },
    async finding(id: string) {
      const shown = await showFinding({ store: sqlite.store }, { tenant, id });
      if (!shown.ok) throw new Error(shown.error.message);
      return shown.value;
    },
    async executions(workflow?: string) {
      const query = workflow === undefined ? listing : { ...listing, workflow };
      const list = await listExecutions({ store: sqlite.store, cursorKey: CURSOR_KEY }, query);
      if (!list.ok) throw new Error(list.error.message);
      return list.value.items;
    },
    async redrive(id: string) {
      const { status, body } = await send("POST", `/v1/dead-letters/${id}/redrive`, {
        secret: await token(),
        body: {},
      });
      if (status !== 202) throw new Error(`status ${status}: ${JSON.stringify(body)}`);
    },
    async deadLetters() {
      const list = await listDeadLetters({ store: sqlite.store, cursorKey: CURSOR_KEY }, listing);
      if (!list.ok) throw new Error(list.error.message);
      return list.value.items;
    },
    records: async () =>
      (await sqlite.ledger.entries({ tenant, from: 0, limit: 1000 })).map(
        ({ leaf }) => JSON.parse(leaf) as { did: string; this: string },
      ),
    /** What verifies the log's signatures, and those of decisions. */
    verifierKeys: () => readVerifierKeys(join(folder, "keys")),
    adminToken: token,
    ledger: () => sqlite.ledger,
    node: () => node,
    store: () => sqlite.store,
    /** Ends this node as a crash would leave its store, and starts another on it, under `next` where that is given. */
    async restart(next?: object) {
      await node.stop(1000);
      sqlite.close();
      if (next !== undefined) parsed = parseConfig(next, { file: "test" });
      await open();
    },
  };
}
