import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { isJsonObject } from "@ephor/domain/json";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../fuzz/random.ts";
import { matchingEvent } from "../support/cloudtrail-events.ts";
import { ephor } from "../support/ephor-cli.ts";
import { runEphor, startArgs } from "../support/ephor-process.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { runningNode, type TestNode } from "./running-node.ts";

const random = new Random(20_260_102);
let node: TestNode;
beforeAll(async () => {
  node = await runningNode();
}, 60_000);
afterAll(() => node.end());

const MB = 1024 * 1024;
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  node.fetch("/v1/events", { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

/** The sentences of a problem (RFC 9457), in one. */
async function problemOf(answer: Response): Promise<string> {
  const problem: unknown = await answer.json();
  return isJsonObject(problem) ? String(problem["detail"]) : "";
}

async function findingsNow(): Promise<number> {
  await node.settled();
  const findings = await node.told(["findings", "list", "--all"]);
  return Array.isArray(findings) ? findings.length : 0;
}

describe("events that are none", () => {
  test("a malformed event is refused by its place, says what was expected, and the others go on", async () => {
    const before = await findingsNow();
    const { detail: _, ...headless } = matchingEvent(random);
    const good = { ...matchingEvent(random), region: "ap-south-1" };
    const answer = await post(JSON.stringify([headless, good, "nothing", { ...good, id: "2", time: "soon" }]));
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      accepted: 1,
      rejected: [
        { index: 0, reason: expect.stringContaining("/detail") },
        { index: 2, reason: expect.stringContaining("expected an EventBridge event") },
        { index: 3, reason: expect.stringContaining("/time") },
      ],
    });
    expect(await findingsNow()).toBe(before + 1);
  });

  test("one broken line of NDJSON stops no other line", async () => {
    const lines = [JSON.stringify(matchingEvent(random)), '{"detail', JSON.stringify(matchingEvent(random))];
    const answer = await post(lines.join("\n"), { "content-type": "application/x-ndjson" });
    expect(await answer.json()).toEqual({ accepted: 2, rejected: [{ index: 1, reason: expect.any(String) }] });
  });

  test("an event of an unknown source is kept", async () => {
    const event = { ...matchingEvent(random), source: "com.example.shop", "detail-type": "Order placed", detail: {} };
    expect(await (await post(JSON.stringify(event))).json()).toEqual({ accepted: 1, rejected: [] });
  });

  test("events send names the records that are none and sends the others", async () => {
    const file = join(node.folder, "mixed.ndjson");
    writeFileSync(
      file,
      `${JSON.stringify(matchingEvent(random))}\n{"a": 1}\nnot json\n${JSON.stringify(matchingEvent(random))}\n`,
    );
    const { code, stdout } = await node.ephor(["events", "send", file]);
    const answer = JSON.parse(stdout);
    expect({ code, accepted: answer.accepted }).toEqual({ code: 1, accepted: 2 });
    expect(answer.rejected.map(({ index }: { index: number }) => index)).toEqual([1, 2]);
  });

  test("a file that is not there is named, and the exit code says that input could not be read", async () => {
    const { code, stderr } = await node.ephor(["events", "send", join(node.folder, "absent.json")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ephor: \S*absent\.json: no such file or folder\n$/);
  });
});

/** Sends a body of any size by hand; gives the status even where the node answers before the body has gone out. */
function sendRaw({ headers, chunks }: { headers: Record<string, string>; chunks: readonly Buffer[] }): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(`${node.process.url}/v1/events`, { method: "POST", headers });
    sending.once("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sending.once("error", reject);
    for (const chunk of chunks) sending.write(chunk);
    sending.end();
  });
}

describe("bodies that are too much", () => {
  test("a body of 50 MB is refused with 413, whether its length is declared or not", async () => {
    const chunks = Array.from({ length: 50 }, () => Buffer.alloc(MB, " "));
    const headers = { ...node.authorized, "content-type": "application/json" };
    expect(await sendRaw({ headers: { ...headers, "content-length": String(50 * MB) }, chunks })).toBe(413);
    expect(await sendRaw({ headers: { ...headers, "transfer-encoding": "chunked" }, chunks })).toBe(413);
  });

  test("a gzip bomb is refused with 413 and says the limit", async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(100 * MB, " ")));
    const answer = await post(bomb, { "content-encoding": "gzip" });
    expect(answer.status).toBe(413);
    expect(await problemOf(answer)).toBe(`expected a body of at most ${5 * MB} bytes`);
  });

  test("what is not the gzip that it says it is, is refused", async () => {
    const answer = await post("[]", { "content-encoding": "gzip" });
    expect({ status: answer.status, told: await problemOf(answer) }).toEqual({
      status: 400,
      told: "the body is not the gzip that it says it is",
    });
  });

  test("events go on after all of these", async () => {
    const before = await findingsNow();
    const event = { ...matchingEvent(random), region: "eu-north-1" };
    expect((await post(JSON.stringify(event))).status).toBe(202);
    expect(await findingsNow()).toBe(before + 1);
    expect((await fetch(`${node.process.url}/ready`)).status).toBe(200);
  });
});

describe("patterns and workflows", () => {
  test("a pattern with an unknown operator is named, with its place", async () => {
    const pattern = { source: [{ "starts-with": "aws." }] };
    const { code, stdout } = await ephor(["pattern", "test"], { stdin: `${JSON.stringify({ pattern })}\n` });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "pattern.invalid",
        message: expect.stringContaining("starts-with"),
        path: expect.stringContaining("source"),
      },
    });
  });

  test("a workflow with a JSONPath state is unsupported, with its place", async () => {
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Old",
      States: { Old: { Type: "Pass", QueryLanguage: "JSONPath", ResultPath: "$.a", End: true } },
    };
    const file = join(node.folder, "old.asl.json");
    writeFileSync(file, JSON.stringify(definition));
    const { code, stdout } = await ephor(["workflow", "run", file]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: expect.objectContaining({ code: "workflow.unsupported", path: expect.stringContaining("/States/Old") }),
    });
  });
});

describe("what a node cannot start on", () => {
  const folder = tempFolder();
  afterAll(folder.remove);
  const at = (name: string): string => join(folder.path, name);

  /** The one line of stderr and the exit code of a start that must fail. */
  async function refusal(of: { data: string; port?: number; config?: string }) {
    const { code, stdout, stderr } = await ephor(startArgs(of));
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    return { code, line: stderr.trim() };
  }

  test("a broken database file", async () => {
    const data = folderNamed("broken");
    writeFileSync(join(data, "ephor.db"), Buffer.alloc(20_000, 7));
    const file = join(data, "ephor.db");
    expect(await refusal({ data })).toEqual({
      code: 2,
      line: `ephor: ${file}: the file is not an Ephor store: move it away or restore a backup`,
    });
  });

  test("somebody else's database", async () => {
    const data = folderNamed("foreign");
    const file = join(data, "ephor.db");
    const db = new DatabaseSync(file);
    db.exec("CREATE TABLE theirs (a)");
    db.close();
    const { code, line } = await refusal({ data });
    expect(code).toBe(2);
    expect(line).toContain(`ephor: ${file}: the file is a database, but not an Ephor store`);
  });

  test("a taken port", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, "127.0.0.1", () => {
        const address = taken.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      }),
    );
    try {
      expect(await refusal({ data: at("port"), port })).toEqual({
        code: 2,
        line: `ephor: port ${port} of 127.0.0.1 is taken by another program; choose another by --port or EPHOR_PORT`,
      });
    } finally {
      taken.close();
    }
  });

  test("a data folder below a file", async () => {
    writeFileSync(at("file"), "");
    const { code, line } = await refusal({ data: at("file/data") });
    expect(code).toBe(2);
    expect(line).toMatch(
      /^ephor: the data folder cannot be used: ENOTDIR.*file\/data'; name another by --data or EPHOR_DATA$/,
    );
  });

  test("a data folder that is read-only", async ({ skip }) => {
    skip(process.getuid?.() === 0, "root writes everywhere");
    const data = folderNamed("read-only", 0o500);
    const { code, line } = await refusal({ data });
    expect(code).toBe(2);
    expect(line).toContain(`the data folder cannot be used: EACCES`);
    expect(line).toContain(data);
  });

  test("a folder that another node uses, which goes on", async () => {
    const second = await runEphor(startArgs({ data: node.data }));
    expect({ code: second.code, stderr: second.stderr }).toEqual({
      code: 2,
      stderr: `ephor: ${node.database}: another node uses this store: stop it, or give this one a data folder of its own\n`,
    });
    expect((await fetch(`${node.process.url}/ready`)).status).toBe(200);
  });

  test("a configuration with an unknown key", async () => {
    const config = at("ephor.config.json");
    writeFileSync(config, JSON.stringify({ version: 1, acounts: {} }));
    expect(await refusal({ data: at("config"), config })).toEqual({
      code: 2,
      line: `ephor: ${config}: /acounts: unknown key, did you mean \`accounts\`?`,
    });
  });

  test("a configuration that is not JSON, and one that is not there", async () => {
    const config = at("broken.json");
    writeFileSync(config, '{"version": 1');
    expect((await refusal({ data: at("config"), config })).line).toContain(`${config}: /: found text that is not JSON`);
    expect((await refusal({ data: at("config"), config: at("absent.json") })).line).toContain("absent.json");
  });

  function folderNamed(name: string, mode = 0o700): string {
    mkdirSync(at(name), { mode });
    return at(name);
  }
});
