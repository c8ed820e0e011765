import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApi } from "@ephor/api/app";
import type { ApiDeps, ApiSettings } from "@ephor/api/context";
import { apiTokens } from "@ephor/app/api-tokens";
import { sessions } from "@ephor/app/sessions";
import { ROLES, type Role } from "@ephor/domain/config/person";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { addSeconds, type Timestamp, timestamp } from "@ephor/domain/time";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { onTestFinished } from "vitest";
import { expectDocumented } from "./documented.ts";
import { memoryUseCases } from "./memory-use-cases.ts";

export const tenantOf = (name: string): Tenant => {
  if (!isTenant(name)) throw new Error(name);
  return name;
};
export const ACME = tenantOf("acme");
export const OTHER = tenantOf("other");
export const LOCALHOST = "http://127.0.0.1:4400";

export type LogLine = { readonly level: string; readonly event: string; readonly fields: Record<string, unknown> };
export type Send = {
  method?: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  body?: string | Uint8Array | ReadableStream<Uint8Array>;
  address?: string;
};

/** Randomness that differs every time and is the same in every run. */
function countingRandom() {
  let calls = 0;
  return {
    bytes(count: number): Uint8Array {
      calls++;
      return Uint8Array.from({ length: count }, (_, i) => (calls * 131 + i * 29) % 256);
    },
  };
}

/** An API over a real store, real tokens and real sessions; use cases in memory; a clock that only the test moves. */
export async function aWorld(settings: Partial<ApiSettings> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-api-"));
  let now: Timestamp = timestamp(Date.UTC(2026, 0, 2, 3, 4, 5));
  const clock = { now: () => now };
  const opened = openSqlite({ file: join(folder, "ephor.db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, ledger, close } = opened.value;
  onTestFinished(() => {
    close();
    rmSync(folder, { recursive: true });
  });
  const lines: LogLine[] = [];
  const line =
    (level: string) =>
    (event: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, event, fields });
    };
  const random = countingRandom();
  const useCases = memoryUseCases();
  const tokens = apiTokens({ store, clock, random, cursorKey: new Uint8Array(32).fill(7) });
  const deps: ApiDeps = {
    useCases,
    tokens,
    sessions: sessions({ store, clock, random }),
    log: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    clock,
    random,
    settings: {
      ...{ publicUrl: LOCALHOST, trustedProxies: [], requestsPerSecond: 1000, burstFactor: 2 },
      ...{ bodyBytesMax: 5 * 1024 * 1024, ...settings },
    },
  };
  const app = createApi(deps);
  const tokenFor = async (role: Role, tenant: Tenant = ACME): Promise<string> => {
    const made = await tokens.create({
      tenant,
      name: role,
      role,
      person: "alice",
      createdBy: "test",
      correlationId: "test",
    });
    return made.secret;
  };
  return {
    ...{ app, deps, useCases, lines, store, ledger, tokenFor },
    passSeconds(seconds: number): void {
      now = addSeconds(now, seconds);
    },
    async send(path: string, { method = "GET", token, headers = {}, body, address = "192.0.2.1" }: Send = {}) {
      const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const init: RequestInit = { method, headers: { ...authorization, ...headers } };
      if (body !== undefined) Object.assign(init, { body, duplex: "half" });
      const answer = await app.fetch(new Request(`${LOCALHOST}${path}`, init), { address });
      await expectDocumented(answer.clone(), { method, path: path.split("?")[0] ?? path });
      return answer;
    },
  };
}
export type World = Awaited<ReturnType<typeof aWorld>>;

/** The role just below `role`; undefined where there is none. */
export const roleBelow = (role: Role): Role | undefined => ROLES[ROLES.indexOf(role) - 1];
