import { sign } from "node:crypto";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { canonicalJson } from "@ephor/domain/canonical-json";
import type { JsonObject } from "@ephor/domain/json";
import { decisionStatement, statementIn } from "@ephor/domain/ledger/decision-statement";
import { leafHash } from "@ephor/domain/ledger/hash";
import { generateLedgerKey } from "@ephor/domain/ledger/ledger-key";
import { parseLeaf } from "@ephor/domain/ledger/open-record";
import { recordId } from "@ephor/domain/ledger/record";
import { EMPTY_HEAD, sequence } from "@ephor/domain/ledger/sequence";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { databaseIn, verifierKeysIn } from "@ephor/node/data-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { Random } from "../fuzz/random.ts";
import { matchingEvent } from "../support/cloudtrail-events.ts";
import { ephor, type Said } from "../support/ephor-cli.ts";
import { startEphor } from "../support/ephor-process.ts";
import { readDueKeys } from "../support/store-rows.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const random = new Random(20_260_104);
const folder = tempFolder();
const good = join(folder.path, "good");
const tampered = join(folder.path, "tampered");
/** Records in all, at the first and the last checkpoint, and the place of the decision. */
let [size, first, last, decided] = [0, 0, 0, 0];

const PERSON = { name: "Ann Example", roles: ["approver"], awsPrincipals: [] };
const CONFIG = {
  people: ["ann", "bob"].map((id) => ({ ...PERSON, id, email: `${id}@example.org` })),
  groups: { approvers: ["ann", "bob"] },
  responsePolicy: { exceptions: { approvers: ["approvers"], approvalsMin: 1, daysMax: 365 } },
};

/** A node that ran twice, so that its log was signed more than once; at its end a person decides. */
beforeAll(async () => {
  const config = join(folder.path, "ephor.config.json");
  writeFileSync(config, JSON.stringify(CONFIG));
  for (let run = 0; run < 2; run++) {
    const node = await startEphor({ data: good, config });
    const file = join(folder.path, `events-${run}.ndjson`);
    const events = Array.from({ length: 12 }, () => `${JSON.stringify(matchingEvent(random))}\n`);
    writeFileSync(file, events.join(""));
    const sent = await ephor(["events", "send", file], { env: { EPHOR_URL: node.url, EPHOR_DATA: good } });
    if (sent.code !== 0) throw new Error(sent.stderr);
    await until("nothing to be left to do", () => readDueKeys(databaseIn(good)).length === 0);
    if (run === 1) await decideOnException(node.url);
    await node.stop();
  }
  const db = new DatabaseSync(databaseIn(good), { readOnly: true });
  const number = (sql: string) => Number(db.prepare(`SELECT ${sql}`).get()?.["n"]);
  size = number("size AS n FROM ledger_heads");
  first = number("min(size) AS n FROM ledger_checkpoints");
  last = number("max(size) AS n FROM ledger_checkpoints");
  decided = number(`seq AS n FROM ledger_records WHERE leaf LIKE '%"did":"decided"%'`);
  db.close();
}, 120_000);
afterAll(() => folder.remove());

/** One person asks for an exception, another approves it. */
async function decideOnException(url: string): Promise<void> {
  const told = async (argv: readonly string[], token?: string) => {
    const env = { EPHOR_URL: url, EPHOR_DATA: good, ...(token === undefined ? {} : { EPHOR_TOKEN: token }) };
    const { code, stdout, stderr } = await ephor([...argv, "--json"], { env });
    if (code !== 0) throw new Error(`ephor ${argv.join(" ")}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const tokenOf = async (person: string) =>
    (await told(["token", "create", person, "--role", "approver", "--person", person])).secret;
  const expires = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const why = ["--reason", "a bastion", "--expires", expires];
  await told(["exceptions", "request", "ec2.*", "--account", "111122223333", ...why], await tokenOf("ann"));
  const pending = async () => (await told(["approvals", "list"]))[0];
  await until("the approval to be open", async () => (await pending()) !== undefined);
  const { id } = await pending();
  await told(["approvals", "approve", id, "--reason", "it is one"], await tokenOf("bob"));
  const active = async () => (await told(["exceptions", "list", "--state", "active"]))[0];
  await until("the exception to be active", async () => (await active()) !== undefined);
}

const verify = (data: string, more: readonly string[] = []): Promise<Said> =>
  ephor(["ledger", "verify", "--data", data, "--json", ...more]);

/** What is said of a copy of the folder that somebody with its file in hand has changed. */
async function verdictOn(change: string | ((db: DatabaseSync) => void)) {
  rmSync(tampered, { recursive: true, force: true });
  cpSync(good, tampered, { recursive: true });
  const db = new DatabaseSync(databaseIn(tampered));
  const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  if (typeof change === "string") db.exec(change);
  else change(db);
  db.close();
  const { code, stdout, stderr } = await verify(tampered);
  return { code, stderr, ...(stdout === "" ? {} : JSON.parse(stdout)) };
}

/** Makes the head anew for the records that stand there, as one would who wants to hide what was done. */
function makeHeadAnew(db: DatabaseSync): void {
  const leaves = db.prepare("SELECT leaf FROM ledger_records ORDER BY seq").all();
  const { head, hashes } = sequence(
    EMPTY_HEAD,
    leaves.map(({ leaf }) => leafHash(String(leaf))),
  );
  const put = db.prepare("UPDATE ledger_heads SET size = ?, root = ?, frontier = ?");
  put.run(head.size, head.root, JSON.stringify(head.frontier));
  db.exec("DELETE FROM ledger_hashes");
  const add = db.prepare("INSERT INTO ledger_hashes SELECT tenant, ?, ?, ? FROM ledger_heads");
  for (const { level, index, hash } of hashes) add.run(level, index, hash);
}

function truncate(db: DatabaseSync): void {
  db.exec("DELETE FROM ledger_records WHERE seq >= 20; DELETE FROM ledger_sealed WHERE seq >= 20");
  makeHeadAnew(db);
}

function rewrite(db: DatabaseSync): void {
  const leaf = String(db.prepare("SELECT leaf FROM ledger_records WHERE seq = 5").get()?.["leaf"]);
  const other = leaf.replace('"time":"20', '"time":"19');
  db.prepare("UPDATE ledger_records SET leaf = ?, leaf_hash = ? WHERE seq = 5").run(other, leafHash(other));
  makeHeadAnew(db);
}

/** Changes the decision where no checkpoint covers it and its private values were erased, and makes all but its signature fit. */
function rewriteDecision(change: (leaf: Record<string, unknown>) => object): (db: DatabaseSync) => void {
  return (db) => {
    const stored = String(db.prepare("SELECT leaf FROM ledger_records WHERE seq = ?").get(decided)?.["leaf"]);
    // JSON leaves out what a change takes away.
    const record = JSON.parse(JSON.stringify({ ...JSON.parse(stored), ...change(JSON.parse(stored)) }));
    const leaf = canonicalJson(record);
    if (leaf === stored) throw new Error("nothing was changed");
    db.prepare("UPDATE ledger_records SET leaf = ?, leaf_hash = ? WHERE seq = ?").run(leaf, leafHash(leaf), decided);
    db.prepare("DELETE FROM ledger_sealed WHERE seq = ?").run(decided);
    db.prepare("DELETE FROM ledger_checkpoints WHERE size > ?").run(decided);
    makeHeadAnew(db);
  };
}

/** Two hashes of wrong lengths whose bytes, put together, are those of the tile. */
function shiftByte(db: DatabaseSync): void {
  const hashes = db.prepare("SELECT leaf_hash AS hash FROM ledger_records WHERE seq IN (7, 8) ORDER BY seq").all();
  const both = Buffer.concat(hashes.map(({ hash }) => (hash instanceof Uint8Array ? hash : new Uint8Array())));
  const put = db.prepare("UPDATE ledger_records SET leaf_hash = ? WHERE seq = ?");
  put.run(both.subarray(0, 31), 7);
  put.run(both.subarray(31), 8);
}

test("the log as the node left it is good and signed to its end", async () => {
  const { code, stdout } = await verify(good);
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, ok: true, records: size, unsigned: 0 });
  expect(size).toBeGreaterThan(20);
  expect(last).toBe(size);
  expect(first).toBeLessThan(size);
});

describe("exit 1, and the place and kind of what is bad, when", () => {
  const swapped = (table: string) =>
    `UPDATE ${table} SET seq = -1 WHERE seq = 7; UPDATE ${table} SET seq = 7 WHERE seq = 8;
     UPDATE ${table} SET seq = 8 WHERE seq = -1;`;
  const copiedTo = (seq: string) =>
    `INSERT INTO ledger_records SELECT tenant, ${seq}, id || 'x', leaf, leaf_hash FROM ledger_records WHERE seq = 7`;
  const FIRST = "size = (SELECT min(size) FROM ledger_checkpoints)";
  const LAST = "size = (SELECT max(size) FROM ledger_checkpoints)";
  const HUGE = "9223372036854775807";
  const ALL = ["records", "sealed", "hashes", "heads", "checkpoints"].map((name) => `DELETE FROM ledger_${name};`);

  test.each<[string, string | ((db: DatabaseSync) => void), { seq?: number; kind: string; tenant?: string }]>([
    ["the end was cut off and the head made anew", truncate, { seq: 20, kind: "missing" }],
    ["a record was rewritten and the head made anew", rewrite, { kind: "root" }],
    [
      "a leaf was changed",
      `UPDATE ledger_records SET leaf = replace(leaf, '"did":"', '"did":"un') WHERE seq = 7`,
      { seq: 7, kind: "leaf" },
    ],
    ["a leaf is no JSON", "UPDATE ledger_records SET leaf = 'x' WHERE seq = 7", { seq: 7, kind: "record" }],
    [
      "a leaf hash was cut short",
      "UPDATE ledger_records SET leaf_hash = x'00' WHERE seq = 7",
      { seq: 7, kind: "leaf" },
    ],
    ["a byte went over from one leaf hash to the next", shiftByte, { seq: 7, kind: "leaf" }],
    ["an id was changed", "UPDATE ledger_records SET id = 'rec_x' WHERE seq = 7", { seq: 7, kind: "identity" }],
    ["two records changed places", swapped("ledger_records"), { seq: 7, kind: "private" }],
    [
      "two records changed places with all that is theirs",
      swapped("ledger_records") + swapped("ledger_sealed"),
      { kind: "root" },
    ],
    ["a record was taken out", "DELETE FROM ledger_records WHERE seq = 7", { seq: 7, kind: "missing" }],
    ["a record stands before the first", copiedTo("-1"), { seq: -1, kind: "order" }],
    ["a record stands beyond the head", copiedTo("1000000"), { seq: 1_000_000, kind: "head" }],
    ["a record stands beyond all numbers", copiedTo(HUGE), { seq: 2 ** 63, kind: "head" }],
    [
      "private values are no JSON",
      "UPDATE ledger_sealed SET sealed = 'not json' WHERE seq = 7",
      { seq: 7, kind: "private" },
    ],
    ["private values are a list", "UPDATE ledger_sealed SET sealed = '[]' WHERE seq = 7", { seq: 7, kind: "private" }],
    [
      "private values are JSON null",
      "UPDATE ledger_sealed SET sealed = 'null' WHERE seq = 7",
      { seq: 7, kind: "private" },
    ],
    [
      "private values are of another shape",
      `UPDATE ledger_sealed SET sealed = '{"who":1}' WHERE seq = 7`,
      { seq: 7, kind: "private" },
    ],
    ["private values changed places", swapped("ledger_sealed"), { kind: "private" }],
    [
      "private values stand beside no record",
      "INSERT INTO ledger_sealed VALUES ('default', 999999, '{}')",
      { seq: 999_999, kind: "private" },
    ],
    [
      "a hash stands where no tile is",
      "INSERT INTO ledger_hashes VALUES ('default', 3, 7, randomblob(32))",
      { seq: 7 * 256 ** 3, kind: "tree" },
    ],
    ["the head is gone", "DELETE FROM ledger_heads", { kind: "head" }],
    ["head and records are gone", "DELETE FROM ledger_heads; DELETE FROM ledger_records", { seq: 0, kind: "missing" }],
    [
      "only private values are left",
      `${ALL.join("")} INSERT INTO ledger_sealed VALUES ('default', 0, '{}')`,
      { seq: 0, kind: "head" },
    ],
    ["the head counts fewer", "UPDATE ledger_heads SET size = 1", { kind: "head" }],
    ["the head counts none", "UPDATE ledger_heads SET size = -1", { kind: "head" }],
    ["the head counts beyond all numbers", `UPDATE ledger_heads SET size = ${HUGE}`, { kind: "head" }],
    ["the head has no root", "UPDATE ledger_heads SET root = 'AAAA'", { kind: "head" }],
    ["the frontier is no JSON", "UPDATE ledger_heads SET frontier = 'x'", { kind: "head" }],
    ["the frontier is empty", "UPDATE ledger_heads SET frontier = '[]'", { kind: "head" }],
    [
      "the head says that there is nothing",
      `UPDATE ledger_heads SET size = 0, root = '${EMPTY_HEAD.root}', frontier = '[]'`,
      { seq: 0, kind: "missing" },
    ],
    ["no checkpoint is left", "DELETE FROM ledger_checkpoints", { seq: 0, kind: "unsigned" }],
    [
      "a note was changed",
      `UPDATE ledger_checkpoints SET note = replace(note, 'default', 'defauls') WHERE ${FIRST}`,
      { seq: 0, kind: "checkpoint" },
    ],
    ["a note is none", `UPDATE ledger_checkpoints SET note = '' WHERE ${FIRST}`, { seq: 0, kind: "checkpoint" }],
    [
      "a checkpoint stands under another size",
      `UPDATE ledger_checkpoints SET size = size - 1 WHERE ${FIRST}`,
      { seq: 0, kind: "checkpoint" },
    ],
    [
      "a checkpoint stands beyond the head",
      `UPDATE ledger_checkpoints SET size = size + 100000 WHERE ${LAST}`,
      { kind: "checkpoint" },
    ],
    [
      "a checkpoint stands beyond all numbers",
      `UPDATE ledger_checkpoints SET size = ${HUGE} WHERE ${LAST}`,
      { kind: "checkpoint" },
    ],
    [
      "a checkpoint has no time",
      `UPDATE ledger_checkpoints SET signed_at = 'zzz' WHERE ${FIRST}`,
      { seq: 0, kind: "checkpoint" },
    ],
    ["nothing is left", ALL.join(""), { seq: 0, kind: "missing" }],
    [
      "the log was moved to a tenant without a key",
      "UPDATE ledger_records SET tenant = 'evil' WHERE seq >= 7",
      { seq: 7, kind: "missing" },
    ],
    [
      "a tenant without a key has records",
      "INSERT INTO ledger_records SELECT 'evil', seq, id, leaf, leaf_hash FROM ledger_records",
      { kind: "unsigned", tenant: "evil" },
    ],
    [
      "a name that is no tenant's has a checkpoint",
      "INSERT INTO ledger_checkpoints VALUES ('No#Tenant', 1, '', '')",
      { kind: "unsigned", tenant: "No#Tenant" },
    ],
  ])("%s", async (_, change, bad) => {
    const verdict = await verdictOn(change);
    expect(verdict).toMatchObject({ code: 1, stderr: "", ok: false, firstBad: { tenant: "default", ...bad } });
    expect(verdict.firstBad.message).toMatch(/\w/);
  });

  test("the key file is gone", async () => {
    await verdictOn("SELECT 1");
    rmSync(verifierKeysIn(tampered));
    const { code, stdout } = await verify(tampered);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 1,
      firstBad: { tenant: "default", kind: "unsigned" },
    });
  });
});

describe("exit 1, and the record of the decision, though no checkpoint covers it and all else fits, when", () => {
  const foreign = generateLedgerKey({ name: "node/default", seed: Buffer.alloc(32, 5) });
  const byForeign = (record: Record<string, unknown>) => {
    const leaf = parseLeaf(canonicalJson(record as JsonObject));
    const statement = leaf.ok ? statementIn(leaf.value) : undefined;
    if (statement === undefined) throw new Error("the decision states nothing");
    return sign(null, Buffer.from(decisionStatement(statement)), foreign.privateKey).toString("base64");
  };

  test.each<[string, (leaf: Record<string, unknown>) => object, RegExp]>([
    [
      "it was turned round",
      () => ({ decision: "reject" }),
      /did not sign .* expected its signature over decision 1 .* reject/,
    ],
    ["its signature was altered", ({ signature }) => ({ signature: altered(String(signature)) }), /did not sign/],
    ["its signature is gone", () => ({ signature: undefined }), /expected key_id and signature/],
    [
      "it is signed by a foreign key",
      (leaf) => ({ key_id: foreign.id, signature: byForeign(leaf) }),
      /none of the log/,
    ],
    ["somebody else stands in it", () => ({ who: { sha256: "b".repeat(43) } }), /by the person of commitment b{43}/],
    ["it is one of more", () => ({ approvals_min: 2 }), /which takes 2/],
    ["it is said to be known otherwise", () => ({ auth_method: "link" }), /known by link/],
    ["a foreign signature stands under the log's key", (leaf) => ({ signature: byForeign(leaf) }), /did not sign/],
  ])("%s", async (_, change, message) => {
    const verdict = await verdictOn(rewriteDecision(change));
    expect(verdict).toMatchObject({ code: 1, ok: false, records: decided, decisions: 0 });
    expect(verdict.firstBad).toMatchObject({ tenant: "default", seq: decided, kind: "decision" });
    expect(verdict.firstBad.message).toMatch(message);
  });

  const altered = (signature: string) => (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
});

describe("exit 1, and the record of a second decision that was made from the genuine one, when", () => {
  const OTHER = { who: { sha256: "b".repeat(43) } };
  const SECOND = { ...OTHER, decision_number: 2, status: "approved" };

  test.each<[string, object, RegExp]>([
    ["it is the same once more", {}, /^decision 1 of approval apr_\w+ stands in record \d+ already/],
    ["its status is another", { status: "approved", status_before: "approved" }, /stands in record \d+ already/],
    ["somebody else decides", OTHER, /by the person of commitment b{43}/],
    ["somebody else decides as the second", SECOND, /over decision 2 of approval apr_\w+, .* approve on/],
    ["they are the second", { decision_number: 2 }, /over decision 2/],
    ["they were known otherwise", { auth_method: "slack" }, /known by slack/],
    ["it is on another approval", { this: "apr_other" }, /over decision 1 of approval apr_other/],
  ])("%s", async (_, more, message) => {
    const verdict = await verdictOn((db) => {
      appendCopy(db, more);
      makeHeadAnew(db);
    });
    expect(verdict).toMatchObject({ code: 1, ok: false, records: size, decisions: 1, checkpoint: { size: last } });
    expect(verdict.firstBad).toMatchObject({ tenant: "default", seq: size, kind: "decision" });
    expect(verdict.firstBad.message).toMatch(message);
  });

  /** One more record at the end, as whoever can write the file and has no key would make it. */
  function appendCopy(db: DatabaseSync, more: object): void {
    const stored = String(db.prepare("SELECT leaf FROM ledger_records WHERE seq = ?").get(decided)?.["leaf"]);
    const id = recordId(DEFAULT_TENANT, "approval apr decision 2");
    const leaf = canonicalJson({ ...JSON.parse(stored), ...more, id });
    const add = db.prepare("INSERT INTO ledger_records VALUES ('default', ?, ?, ?, ?)");
    add.run(size, id, leaf, leafHash(leaf));
  }
});

test("how many decisions were checked is told", async () => {
  expect(JSON.parse((await verify(good)).stdout)).toMatchObject({ ok: true, decisions: 1 });
  const said = await saidOnTerminal(["ledger", "verify", "--data", good]);
  expect(said).toContain(`${size} records good, 1 decision among them signed,`);
});

test("records after the last signature are counted, and the log is good as far as that goes", async () => {
  const verdict = await verdictOn(`DELETE FROM ledger_checkpoints WHERE size > ${first}`);
  expect(verdict).toMatchObject({
    code: 0,
    ok: true,
    records: size,
    unsigned: size - first,
    checkpoint: { size: first },
  });
  expect(await saidOnTerminal(["ledger", "verify", "--data", tampered])).toContain(
    `${size - first} records after the last signature only agree with the stored head`,
  );
});

async function saidOnTerminal(argv: readonly string[]): Promise<string> {
  let said = "";
  const hear = (text: string) => {
    said += text;
  };
  await main(argv, {
    env: {},
    stdin: (async function* () {})(),
    isTty: true,
    out: async (text) => hear(text),
    say: hear,
    status: () => undefined,
    stopRequested: () => new Promise(() => undefined),
  });
  return said;
}
