import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { durableInbox } from "@ephor/local/inbox/inbox";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { expect, onTestFinished, test } from "vitest";

test("work of a tenant that the configuration names no more is still known by the store", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ephor-moved-"));
  const clock = { now: () => timestamp(Date.UTC(2026, 2, 1)) };
  const opened = openSqlite({ file: join(folder, "db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const sqlite = opened.value;
  onTestFinished(() => {
    sqlite.close();
    rmSync(folder, { recursive: true });
  });
  const [blue, green] = ["blue", "green"];
  if (!isTenant(blue) || !isTenant(green)) throw new Error("no tenants");
  expect(sqlite.tenants()).toEqual([]);
  const inbox = durableInbox({ ...sqlite, clock, depth: () => 0, depthMax: 10, onAccepted: () => {} });
  for (const tenant of [green, blue, blue]) await inbox.accept({ tenant, envelope: { tenant }, correlationId: "c" });
  expect(sqlite.tenants()).toEqual(["blue", "green"]);
});
