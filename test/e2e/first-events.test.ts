import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../fuzz/random.ts";
import { matchingEvent, ordinaryEvent, recordOf } from "../support/cloudtrail-events.ts";
import { runEphor } from "../support/ephor-process.ts";
import { runningNode, type TestNode } from "./running-node.ts";

const SEED = 20_260_101;
const RECORDED = join(import.meta.dirname, "../../../shared/data/cloudtrail/stratus-records.ndjson");

const random = new Random(SEED);
const GENERATED: readonly JsonObject[] = Array.from({ length: 120 }, (_, at) =>
  recordOf(at % 3 === 0 ? ordinaryEvent(random) : matchingEvent(random)),
);
const linesOf = (records: readonly JsonObject[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join("");

function objects(value: unknown): readonly JsonObject[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.filter(isJsonObject);
}

/** What `replay` and a node must agree on: all but the status. */
const facts = (findings: readonly JsonObject[]): readonly JsonObject[] =>
  findings.map(({ status: _, ...told }) => told).sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));

/** The whole of what a node has made of the events sent so far. */
async function state(node: TestNode): Promise<{ findings: readonly JsonObject[]; executions: Json; records: unknown }> {
  await node.settled();
  const verified = await node.told(["ledger", "verify"]);
  return {
    findings: objects(await node.told(["findings", "list", "--all"])),
    executions: objects(await node.told(["executions", "list", "--all"])),
    records: isJsonObject(verified) ? verified["records"] : undefined,
  };
}

const SETS = [
  { name: "generated events", file: undefined },
  { name: "recorded attacks", file: RECORDED },
];

describe.each(SETS)("a first node and $name", ({ file }) => {
  const isAbsent = file !== undefined && !existsSync(file);
  const text = file === undefined ? linesOf(GENERATED) : isAbsent ? "" : readFileSync(file, "utf8");
  let node: TestNode;
  let sent: string;
  let first: Awaited<ReturnType<typeof state>>;

  beforeAll(async () => {
    if (isAbsent) return;
    node = await runningNode();
    sent = join(node.folder, "events.ndjson");
    writeFileSync(sent, text);
    const { code, stdout } = await runEphor(["events", "send", sent], {
      env: { EPHOR_URL: node.process.url, EPHOR_DATA: node.data },
    });
    const count = text.trim().split("\n").length;
    expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 0, answer: { accepted: count, rejected: [] } });
    first = await state(node);
  }, 60_000);
  afterAll(() => node?.end());

  test("start says in one line where it is and how long it took", ({ skip }) => {
    skip(isAbsent, "../shared/data/cloudtrail/stratus-records.ndjson is not here");
    expect(node.process.stdout()).toMatch(/^Ephor \d+\.\d+\.\d+ is ready at http:\/\/127\.0\.0\.1:\d+ after \d+ ms\n$/);
    const told = node.process
      .stderr()
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith('{"level":"INFO"'));
    expect(told).toEqual([
      expect.stringMatching(/^Sign in once, within a day, at http:\/\/127\.0\.0\.1:\d+\/sign-in\/\S+$/),
    ]);
    expect(statSync(join(node.data, "admin-token")).mode & 0o777).toBe(0o600);
  });

  test("every finding has its executions, its timeline and its ledger records", async ({ skip }) => {
    skip(isAbsent, "../shared/data/cloudtrail/stratus-records.ndjson is not here");
    expect(first.findings.length).toBeGreaterThan(5);
    const executions = objects(first.executions);
    expect(executions.length).toBeGreaterThanOrEqual(first.findings.length);
    expect(executions.filter(({ status }) => status !== "SUCCEEDED")).toEqual([]);
    const known = new Set(executions.map(({ id }) => id));
    for (const finding of first.findings.slice(0, 5)) {
      const shown = await node.told(["findings", "show", String(finding["id"])]);
      const timeline = isJsonObject(shown) ? objects(shown["timeline"]) : [];
      const sightings = timeline.filter(({ kind }) => String(kind).startsWith("finding."));
      expect(sightings).toHaveLength(Number(finding["occurrences"]));
      expect(sightings.filter(({ kind }) => kind === "finding.opened")).toHaveLength(1);
      expect(sightings.filter(({ executionId }) => !known.has(executionId ?? ""))).toEqual([]);
    }
    const seen = first.findings.reduce((sum, { occurrences }) => sum + Number(occurrences), 0);
    expect(Number(first.records)).toBeGreaterThanOrEqual(seen);
  });

  test("the same events sent again change nothing", async ({ skip }) => {
    skip(isAbsent, "../shared/data/cloudtrail/stratus-records.ndjson is not here");
    const before = await state(node);
    await node.told(["events", "send", sent]);
    expect(await state(node)).toEqual(before);
  });

  test("replay of the same events, in another order, gives the same findings", async ({ skip }) => {
    skip(isAbsent, "../shared/data/cloudtrail/stratus-records.ndjson is not here");
    const shuffled = join(node.folder, "shuffled.ndjson");
    const order = new Random(SEED);
    const lines = text
      .trim()
      .split("\n")
      .map((line) => ({ line, at: order.next() }));
    lines.sort((a, b) => a.at - b.at);
    writeFileSync(shuffled, lines.map(({ line }) => `${line}\n`).join(""));
    const replayed = await node.ephor(["replay", shuffled, "--findings", "-"]);
    const found = replayed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(facts(objects(found))).toEqual(facts(first.findings));
  });
});
