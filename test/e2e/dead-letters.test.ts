import { DatabaseSync } from "node:sqlite";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Random } from "../fuzz/random.ts";
import { matchingEvent } from "../support/cloudtrail-events.ts";
import { runningNode, type TestNode } from "./running-node.ts";

let node: TestNode;
beforeAll(async () => {
  node = await runningNode();
}, 60_000);
afterAll(() => node.end());

const first = matchingEvent(new Random(4));
const again: JsonObject = { ...first, id: "again", detail: { ...first.detail, eventID: "again" } };
const other: JsonObject = { ...matchingEvent(new Random(5)), region: "ap-south-1" };

async function send(...events: readonly JsonObject[]): Promise<void> {
  const stdin = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  expect(await node.told(["events", "send", "-"], { stdin })).toEqual({ accepted: events.length, rejected: [] });
  await node.settled();
}

async function list(what: "findings" | "dead-letters" | "executions"): Promise<readonly JsonObject[]> {
  const items: unknown = await node.told([what, "list", "--all"]);
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

/** Makes the stored findings unreadable to this version, or readable again. */
function setFindingVersion(v: number): void {
  const db = new DatabaseSync(node.database, { timeout: 5_000 });
  db.prepare("UPDATE items SET v = ? WHERE pk LIKE 'default#finding#%' AND sk = '@'").run(v);
  db.close();
}

test("an event that cannot be handled is kept whole, the others go on, and a redrive makes good", async () => {
  await send(first);
  const [finding] = await list("findings");
  setFindingVersion(99);
  await send(again, other);

  const [letter, ...more] = await list("dead-letters");
  expect(more).toEqual([]);
  expect(letter).toMatchObject({ kind: "event", error: { code: "internal" }, attempts: 1 });
  const failed = (await list("executions")).filter(({ status }) => status === "FAILED");
  expect(failed).toEqual([expect.objectContaining({ workflow: "intake", error: "event.parked" })]);

  // Redriven too early it fails once more, and must not be lost between the two.
  expect(await node.told(["dead-letters", "redrive", String(letter?.["id"])])).toMatchObject({ failed: [] });
  await node.settled();
  expect(await list("dead-letters")).toMatchObject([{ id: letter?.["id"], error: { code: "internal" } }]);

  setFindingVersion(1);
  const findings = await list("findings");
  expect(findings).toHaveLength(2);
  expect(findings.filter(({ id }) => id === finding?.["id"])).toEqual([finding]);

  const id = String(letter?.["id"]);
  expect(await node.told(["dead-letters", "redrive", id])).toEqual({ redriven: [id], failed: [] });
  await node.settled();
  expect(await list("dead-letters")).toEqual([]);
  const after = (await list("findings")).filter((one) => one["id"] === finding?.["id"]);
  expect(after.map(({ occurrences }) => occurrences)).toEqual([2]);
  expect((await node.ephor(["ledger", "verify"])).code).toBe(0);
});

test("a dead letter that is not there is named, and the exit code says so", async () => {
  const id = `dlq_${"0".repeat(26)}`;
  const { code, stdout } = await node.ephor(["dead-letters", "redrive", id]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ redriven: [], failed: [{ id, reason: `no dead letter ${id}` }] });
});
