import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { VERSION } from "ephor/version";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../fuzz/random.ts";
import { matchingEvent } from "../support/cloudtrail-events.ts";
import { ephor } from "../support/ephor-cli.ts";
import { runEphor, spawnEphor, startEphor } from "../support/ephor-process.ts";
import { runningNode, type TestNode } from "./running-node.ts";

const random = new Random(20_260_103);
const ndjson = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const objects = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const answers = (stdout: string): readonly unknown[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("help and usage", () => {
  test("--help names every command and the exit codes; a command's own help its options", async () => {
    const all = await ephor(["--help"]);
    expect(all.code).toBe(0);
    for (const name of ["start", "events send", "replay", "ledger verify", "workflow run"])
      expect(all.stdout).toContain(`  ${name}`);
    expect(all.stdout).toContain("0 done, 1 a check failed, 2 usage or unreadable input, 3 no node");
    const one = await ephor(["replay", "--help"]);
    expect({ code: one.code, stderr: one.stderr }).toEqual({ code: 0, stderr: "" });
    expect(one.stdout).toContain("--findings FILE");
    expect(await ephor(["--version"])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  test("a group's --help lists its commands alone", async () => {
    const { code, stdout, stderr } = await ephor(["findings", "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["findings list", "findings show", "findings resolve", "findings reopen"])
      expect(stdout).toContain(`  ${name}`);
    expect(stdout).not.toContain("replay");
  });

  test.each([
    { argv: ["frobnicate"], says: 'no command "frobnicate"' },
    { argv: ["findings"], says: "findings list, findings show" },
    { argv: ["findings", "--json"], says: "findings list, findings show" },
    { argv: ["findings", "frobnicate"], says: "findings list, findings show" },
    { argv: ["finding", "list"], says: 'did you mean "findings list"?' },
    { argv: ["findngs"], says: 'did you mean "findings"?' },
    { argv: ["events", "sned", "x"], says: 'did you mean "events send"?' },
    { argv: ["docter"], says: 'did you mean "doctor"?' },
    { argv: ["findings", "resolve", "x", "--token", "x"], says: "--reason TEXT" },
    { argv: ["sign-in-link", "--role", "king"], says: "--role" },
    { argv: ["replay"], says: "replay takes PATH…" },
    { argv: ["findings", "list", "--nope"], says: "'--nope'" },
    { argv: ["findings", "list", "--limit", "0", "--token", "x"], says: "--limit takes a whole number from 1" },
    { argv: ["start", "--port", "99999"], says: "a port from 0 to 65535" },
    { argv: ["replay", "x", "--since", "yesterday"], says: "RFC 3339" },
    { argv: ["workflow", "run"], says: "expected a FILE, or --batch" },
    { argv: ["detections", "test", "no.such"], says: "no detection no.such" },
    { argv: ["ledger", "verify", "--data", "/nowhere"], says: "/nowhere: no ledger there" },
    { argv: ["backup", "copy", "--data", "/nowhere"], says: "/nowhere/ephor.db: there is no store here" },
  ])("$argv is a usage error in one line", async ({ argv, says }) => {
    const { code, stdout, stderr } = await ephor(argv);
    expect({ code, stdout, lines: stderr.split("\n").length }).toEqual({ code: 2, stdout: "", lines: 2 });
    expect(stderr).toContain(says);
  });

  test("a node that does not answer is exit code 3, in one line that names it", async () => {
    const { code, stdout, stderr } = await ephor(["findings", "list", "--url", "http://127.0.0.1:9", "--token", "x"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^ephor: no node answers at http:\/\/127\.0\.0\.1:9: .+\n$/);
  });

  test("a reader that ends early ends the command quietly", async () => {
    const lines = ndjson(Array.from({ length: 20_000 }, () => ({ pattern: { source: ["aws.ec2"] } })));
    const reading = spawnEphor(["pattern", "test"]);
    reading.child.stdin?.end(lines);
    if (reading.child.stdout === null) throw new Error("no stdout");
    await once(reading.child.stdout, "data");
    reading.child.stdout.destroy();
    expect({ ...(await reading.ended), stderr: reading.stderr() }).toEqual({ code: 0, signal: null, stderr: "" });
  });
});

describe("commands that need no node", () => {
  test("pattern test answers each line by itself, in order", async () => {
    const pattern = { "detail-type": [{ prefix: "AWS API" }] };
    const event = matchingEvent(new Random(1));
    const { code, stdout } = await ephor(["pattern", "test"], {
      stdin: `${ndjson([
        { pattern },
        { pattern, event: { ...event, "detail-type": "AWS API Call via CloudTrail" } },
        { pattern: JSON.stringify(pattern), event: JSON.stringify({ ...event, "detail-type": "Other" }) },
        { pattern: {} },
        { event },
      ])}not json\n`,
    });
    expect(code).toBe(0);
    expect(answers(stdout)).toEqual([
      { valid: true },
      { match: true },
      { match: false },
      { error: { code: "pattern.invalid", message: expect.any(String), path: expect.any(String) } },
      { error: { code: "input.invalid", message: 'expected {"pattern", "event"?}', path: "" } },
      { error: { code: "input.invalid", message: expect.stringContaining("not JSON"), path: "" } },
    ]);
  });

  test("workflow run --batch answers each definition by itself, in order", async () => {
    const asl = (state: object) => ({ QueryLanguage: "JSONata", StartAt: "A", States: { A: state } });
    const task = {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { FunctionName: "f" },
      End: true,
    };
    const { code, stdout } = await ephor(["workflow", "run", "--batch", "--fast"], {
      stdin: ndjson([
        { definition: asl({ Type: "Pass", Output: "{% $states.input.a + 1 %}", End: true }), input: { a: 1 } },
        { definition: asl({ Type: "Wait", Seconds: 3600, Next: "B" }), input: {} },
        { definition: asl(task), input: {}, tasks: { f: [{ error: "Boom", cause: "it broke" }] } },
        { definition: { StartAt: "A", States: { A: { Type: "Pass", InputPath: "$.x", End: true } } }, input: {} },
        { input: {} },
      ]),
    });
    expect(code).toBe(0);
    expect(answers(stdout)).toEqual([
      expect.objectContaining({ status: "SUCCEEDED", output: 2 }),
      { error: expect.objectContaining({ code: "workflow.invalid" }) },
      expect.objectContaining({ status: "FAILED", error: "Boom", cause: "it broke" }),
      { error: expect.objectContaining({ code: "workflow.unsupported" }) },
      { error: expect.objectContaining({ code: "input.invalid" }) },
    ]);
  });

  test("the example that workflow run --help shows runs as it stands there", async () => {
    const { stdout } = await ephor(["workflow", "run", "--help"]);
    expect(stdout).toContain('{"Payload": …}');
    const [, shown = ""] = /^ {2}ephor (workflow run \S+\.asl\.json .+)$/m.exec(stdout) ?? [];
    const ran = await runEphor(shown.split(" "), { cwd: join(import.meta.dirname, "../..") });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      status: "SUCCEEDED",
      output: { bucket: "example-reports", closed: true },
    });
    expect(ran.code).toBe(0);
  });

  test("detections test runs every shipped case, and all hold", async () => {
    const { code, stdout } = await ephor(["detections", "test", "--json"]);
    const { passed, failed, cases } = JSON.parse(stdout);
    expect({ code, failed }).toEqual({ code: 0, failed: 0 });
    expect(passed).toBe(cases.length);
    const one = await ephor(["detections", "test", "ec2.security-group-opened-to-world"]);
    expect(JSON.parse(one.stdout).passed).toBeLessThan(passed);
  });
});

describe("commands on a data folder", () => {
  let node: TestNode;
  beforeAll(async () => {
    node = await runningNode();
    const file = join(node.folder, "events.ndjson");
    writeFileSync(file, ndjson(Array.from({ length: 40 }, () => matchingEvent(random))));
    await node.told(["events", "send", file]);
    await node.settled();
  }, 60_000);
  afterAll(() => node.end());

  test("doctor finds nothing wrong with a running node", async () => {
    const checks = await node.told(["doctor"]);
    expect(checks).toEqual(
      ["version", "configuration", "data folder", "secrets", "node", "ledger", "applying"].map((check) =>
        expect.objectContaining({ check, state: "pass" }),
      ),
    );
  });

  test("doctor warns, and does not fail, while somebody has stopped all applying", async () => {
    await node.told(["stop-applying", "--reason", "an outage"]);
    const { code, stdout } = await node.ephor(["doctor"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual({
      ...{ check: "applying", state: "warn", found: expect.stringMatching(/stopped all applying at .*: an outage\n/) },
    });
    await node.told(["stop-applying", "--resume", "--reason", "over"]);
    expect(await node.told(["doctor"])).toContainEqual(expect.objectContaining({ check: "applying", state: "pass" }));
  });

  test("doctor exits 1 where the configuration is wrong", async () => {
    const config = join(node.folder, "wrong.json");
    writeFileSync(config, '{"version": 2}');
    const { code, stdout } = await node.ephor(["doctor", "--config", config]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ check: "configuration", state: "fail" }));
  });

  test("findings list filters, and gives as many pages as are asked for", async () => {
    const all = await node.told(["findings", "list", "--all"]);
    const groups = await node.told(["findings", "list", "--detection", "ec2.security-group-opened-to-world", "--all"]);
    expect(all).toEqual(expect.arrayContaining(Array.isArray(groups) ? groups : []));
    expect(await node.told(["findings", "list", "--limit", "3"])).toHaveLength(3);
    const wrong = await node.ephor(["findings", "list", "--severity", "worst"]);
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: "" });
    expect(wrong.stderr).toContain("severity");
  });

  test("a person resolves a finding and takes it up again, with the reason in its timeline", async () => {
    const [first] = objects(await node.told(["findings", "list", "--limit", "1"]));
    const id = String(first?.["id"]);
    const told = async (verb: string, reason: string) => node.told(["findings", verb, id, "--reason", reason]);
    expect(await told("resolve", "removed by hand")).toMatchObject({ id, status: "resolved" });
    expect(await told("reopen", "it is back")).toMatchObject({ id, status: "reopened" });
    expect(JSON.stringify(await node.told(["findings", "show", id]))).toContain("it is back");
    const twice = await node.ephor(["findings", "reopen", id, "--reason", "again"]);
    expect({ code: twice.code, stdout: twice.stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("sign-in-link makes a link that this node knows", async () => {
    const link = await node.told(["sign-in-link", "--role", "viewer", "--subject", "alice"]);
    expect(link).toEqual({ url: expect.stringContaining("/sign-in/"), expiresAt: expect.any(String) });
    const { pathname } = new URL(String(objects([link])[0]?.["url"]));
    expect((await fetch(`${node.process.url}${pathname}`)).status).toBe(200);
  });

  test("a backup of a running node verifies, and a node starts on it with the same findings", async () => {
    const findings = await node.told(["findings", "list", "--all"]);
    const restored = join(node.folder, "restored");
    mkdirSync(restored);
    const backup = await node.told(["backup", restored]);
    const file = join(restored, "ephor.db");
    expect(backup).toEqual({ file, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), pages: expect.any(Number) });
    expect(readFileSync(`${file}.sha256`, "utf8")).toMatch(/^[0-9a-f]{64} {2}ephor\.db\n$/);
    for (const key of ["ledger-key.pem", "ledger-keys.pub", "cursor-key", "admin-token"])
      copyFileSync(join(node.data, key), join(restored, key));
    const verified = await ephor(["ledger", "verify", "--data", restored]);
    expect(verified.code).toBe(0);
    const second = await startEphor({ data: restored });
    const listed = await ephor(["findings", "list", "--all", "--url", second.url, "--data", restored]);
    await second.stop();
    expect(JSON.parse(listed.stdout)).toEqual(findings);
  });

  test("ledger verify names the first record that somebody changed behind the node's back", async () => {
    const tampered = join(node.folder, "tampered");
    mkdirSync(tampered);
    await node.told(["backup", tampered]);
    copyFileSync(join(node.data, "ledger-keys.pub"), join(tampered, "ledger-keys.pub"));
    const db = new DatabaseSync(join(tampered, "ephor.db"));
    db.exec("DROP TRIGGER ledger_records_keep");
    db.exec(`UPDATE ledger_records SET leaf = replace(leaf, '"did":"', '"did":"un') WHERE seq IN (7, 9)`);
    db.close();
    const { code, stdout } = await ephor(["ledger", "verify", "--data", tampered, "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, records: 7, firstBad: { tenant: "default", seq: 7 } });
  });

  test("a token that the node does not know is refused in one line", async () => {
    const { code, stdout, stderr } = await node.ephor(["findings", "list", "--token", "nobody"]);
    expect({ code, stdout, lines: stderr.trim().split("\n").length }).toEqual({ code: 2, stdout: "", lines: 1 });
  });
});
