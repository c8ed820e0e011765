import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { Random } from "../fuzz/random.ts";
import { matchingEvent } from "../support/cloudtrail-events.ts";
import { ephor, type Said } from "../support/ephor-cli.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { runningNode, type TestNode } from "./running-node.ts";

const random = new Random(20_260_104);
const COLUMNS = 72;

/** Runs a command as a person sees it. */
async function onTerminal(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Said> {
  let [stdout, stderr] = ["", ""];
  const code = await main(argv, {
    ...{
      env,
      isTty: true,
      columns: COLUMNS,
      status: () => undefined,
      stopRequested: () => new Promise(() => undefined),
    },
    stdin: (async function* () {})(),
    out: async (text) => {
      stdout += text;
    },
    say: (line) => {
      stderr += `${line}\n`;
    },
  });
  return { code, stdout, stderr };
}

describe("what a person reads of a running node", () => {
  let node: TestNode;
  let see: (...argv: readonly string[]) => Promise<Said>;
  beforeAll(async () => {
    node = await runningNode();
    see = (...argv) => onTerminal(argv, { EPHOR_URL: node.process.url, EPHOR_DATA: node.data });
    const file = join(node.folder, "events.ndjson");
    const lines = Array.from({ length: 40 }, () => `${JSON.stringify(matchingEvent(random))}\n`);
    writeFileSync(file, lines.join(""));
    await node.told(["events", "send", file]);
    await node.settled();
  }, 60_000);
  afterAll(() => node?.end());

  test("a list that goes on says so, and one that is whole does not", async () => {
    const some = await see("findings", "list", "--limit", "2");
    expect(some.stdout.trim().split("\n")).toHaveLength(3);
    expect(some.stderr).toBe("2 shown, there are more: --all or --limit N\n");
    expect((await see("findings", "list", "--all")).stderr).toBe("");
    expect((await see("token", "list", "--limit", "1")).stderr).toBe("");
  });

  test("nothing that matches a filter is no reason to send events", async () => {
    const none = await see("findings", "list", "--until", "1999-12-31");
    expect(none).toEqual({ code: 0, stdout: "No finding matches these filters.\n", stderr: "" });
  });

  test("a date is a time at its beginning in UTC", async () => {
    const later = await node.told(["findings", "list", "--all", "--since", "1999-12-31"]);
    expect(later).toEqual(await node.told(["findings", "list", "--all"]));
    const wrong = await see("findings", "list", "--since", "last week");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/^ephor: --since takes .*2026-01-31/) });
  });

  test("what was rejected of the events is told once a reason", async () => {
    const file = join(node.folder, "some-bad.ndjson");
    const bad = Array.from({ length: 5 }, () => `{"no": "event"}\n`);
    writeFileSync(file, [`${JSON.stringify(matchingEvent(random))}\n`, ...bad].join(""));
    const { code, stdout } = await see("events", "send", file);
    const [first, second, ...rest] = stdout.trim().split("\n");
    expect({ code, first, rest }).toEqual({ code: 1, first: "1 accepted, 5 rejected", rest: [] });
    expect(second).toMatch(/^5 x found .+ \(first: record 1\)$/);
    const asJson = await node.ephor(["events", "send", file]);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ accepted: 1, rejected: { length: 5 } });
  });

  test("doctor tells a folder whose file the node does not write to", async () => {
    const other = join(node.folder, "other");
    await node.told(["backup", other]);
    for (const name of ["admin-token", "ledger-keys.pub"]) copyFileSync(join(node.data, name), join(other, name));
    const ledger = { check: "ledger", state: "pass", found: expect.stringMatching(/^\d+ records/) };
    expect(await node.told(["doctor"])).toContainEqual(ledger);
    const file = join(node.folder, "more.ndjson");
    writeFileSync(file, `${JSON.stringify(matchingEvent(random))}\n`);
    await node.told(["events", "send", file]);
    await node.settled();
    const lags = async () => (await see("doctor", "--data", other)).code === 1;
    await until("the node to sign what it has written", lags);
    const { stdout } = await see("doctor", "--data", other);
    expect(stdout).toMatch(/^fail {5}ledger$/m);
    expect(stdout).toMatch(/writes\s+to\s+another\s+file/);
  });

  test.each([
    { argv: ["findings", "list", "--severity", "worst"], says: /^ephor: --severity: expected one of informational/ },
    { argv: ["findings", "show", "nonsense"], says: /^ephor: ID: expected fnd_/ },
    { argv: ["token", "create", "me", "--days", "999"], says: /^ephor: --days: / },
    { argv: ["token", "create", "x".repeat(300)], says: /^ephor: NAME: / },
  ])("what a node refuses of $argv is named as it was given", async ({ argv, says }) => {
    const { code, stderr } = await see(...argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("the request is not as expected");
  });
});

test("a port that is none is refused by the commands that look for a node as by start", async () => {
  for (const argv of [["findings", "list", "--token", "x"], ["start"]]) {
    const { code, stderr } = await onTerminal(argv, { EPHOR_PORT: "hello" });
    expect({ argv, code }).toEqual({ argv, code: 2 });
    expect(stderr).toMatch(/^ephor: expected a port from 0 to 65535 .*got hello\n$/);
  }
});

test("doctor shows every problem of a configuration whole, one a line", async () => {
  const folder = tempFolder();
  onTestFinished(folder.remove);
  const config = join(folder.path, "ephor.json");
  writeFileSync(config, JSON.stringify({ version: 1, accounts: { "1": {}, "2": {} }, notThere: true, norThis: 1 }));
  const asJson = await ephor(["doctor", "--config", config, "--data", folder.path]);
  const { found }: { found: string } = JSON.parse(asJson.stdout)[1];
  const { code, stdout } = await onTerminal(["doctor", "--config", config, "--data", folder.path]);
  expect({ code, problems: found.split("\n").length > 3 }).toEqual({ code: 1, problems: true });
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
  expect(words(stdout).join(" ")).toContain(words(found).join(" "));
  expect(stdout).not.toContain("\\u{a}");
  for (const problem of found.split("\n")) expect(stdout).toContain(`\n  ${words(problem)[0]}`);
  expect(stdout.split("\n").filter((line) => line.length > COLUMNS && line.trim().includes(" "))).toEqual([]);
});

describe("a replay that reads little", () => {
  const replayOf = async (text: string, ...options: readonly string[]) => {
    const folder = tempFolder();
    onTestFinished(folder.remove);
    const file = join(folder.path, "archive.ndjson");
    writeFileSync(file, text);
    return { file, ...(await ephor(["replay", file, ...options])) };
  };
  const bad = `{"no": "event"}\n`;

  test("says of three records why they are malformed, and fails where none was an event", async () => {
    const { file, code, stdout, stderr } = await replayOf(bad.repeat(5));
    expect({ code, malformed: JSON.parse(stdout).malformed }).toEqual({ code: 2, malformed: 5 });
    const lines = stderr.trim().split("\n");
    expect(lines).toHaveLength(3);
    for (const [index, line] of lines.entries()) expect(line).toContain(`ephor: ${file}:${index}: found an object`);
  });

  test("is done where one was an event, also one outside the span", async () => {
    const event = `${JSON.stringify(matchingEvent(random))}\n`;
    expect((await replayOf(bad + event)).code).toBe(0);
    const outside = await replayOf(bad + event, "--until", "1999-12-31");
    expect({ code: outside.code, events: JSON.parse(outside.stdout).events }).toEqual({ code: 0, events: 0 });
    expect((await replayOf("")).code).toBe(0);
  });
});
