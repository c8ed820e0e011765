import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@ephor/app/ports";
import type { Config } from "@ephor/domain/config/config";
import { parseConfig } from "@ephor/domain/config/parse-config";
import type { JsonObject } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { expect, onTestFinished, test } from "vitest";
import { pooledRandom } from "./pooled-random.ts";
import { configReloader } from "./reload-config.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const FILE = { file: "ephor.config.json" };

function configOf(value: object): Config {
  const parsed = parseConfig(value, FILE);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

/** A reloader over a real store, and the file that it reads, as an object. */
function aReloader(first: object) {
  const folder = mkdtempSync(join(tmpdir(), "ephor-reload-"));
  const clock = { now: () => timestamp(Date.UTC(2026, 0, 1)) };
  const opened = openSqlite({ file: join(folder, "ephor.db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  onTestFinished(() => {
    opened.value.close();
    rmSync(folder, { recursive: true });
  });
  let file = first;
  const events: JsonObject[] = [];
  const config = configOf(first);
  const reload = configReloader({
    ...{ store: opened.value.store, clock, random: pooledRandom(), log: quiet, config },
    inbox: {
      accept: async ({ envelope }) => {
        events.push(envelope);
        return ok({ id: "inb", isNew: true });
      },
    },
    reread: () => parseConfig(file, FILE),
  });
  return {
    ...{ config, events, reload, ledger: opened.value.ledger },
    write: (value: object) => {
      file = value;
    },
  };
}

const ANN = { id: "ann", name: "Ann", email: "ann@example.com" };

test("a changed policy is in force after the next reading, in every part that holds the old one", async () => {
  const world = aReloader({ responsePolicy: { version: 1, rules: [] } });
  const held = world.config.responsePolicy;
  expect(await world.reload()).toBe("unchanged");
  world.write({
    responsePolicy: { version: 2, rules: [{ mode: "approve" }] },
    people: [ANN],
    groups: { ops: ["ann"] },
  });
  expect(await world.reload()).toBe("reloaded");
  expect(held).toMatchObject({ version: 2, rules: [{ mode: "approve" }] });
  expect(world.config).toMatchObject({ people: [{ id: "ann" }], groups: { ops: ["ann"] } });
  expect(await world.reload()).toBe("unchanged");
});

test("one that cannot be used leaves the old one in force and is told once, not every minute", async () => {
  const world = aReloader({ responsePolicy: { version: 7, rules: [] } });
  world.write({ responsePolicy: { version: 8, rules: [{ mode: "sometimes" }] } });
  expect([await world.reload(), await world.reload()]).toEqual(["refused", "refused"]);
  expect(world.config.responsePolicy.version).toBe(7);
  expect(world.events).toHaveLength(1);
  expect(world.events[0]).toMatchObject({
    source: "ephor",
    "detail-type": "Configuration Refused",
    detail: { reason: expect.stringContaining("/responsePolicy/rules/0/mode"), policyVersion: "7" },
  });
});

test("what a running node cannot take over stays as it was", async () => {
  const world = aReloader({ limits: { inboxMax: 5 } });
  world.write({ limits: { inboxMax: 9 } });
  expect(await world.reload()).toBe("reloaded");
  expect(world.config.limits.inboxMax).toBe(5);
});
