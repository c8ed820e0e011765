import { sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DEFAULT_TENANT } from "../tenant.ts";
import { checkPage, checkPages, type StoredEntry } from "./check-page.ts";
import { signCheckpoint } from "./checkpoint.ts";
import { decisionStatement, statementIn } from "./decision-statement.ts";
import { leafHash } from "./hash.ts";
import { generateLedgerKey, type LedgerKey } from "./ledger-key.ts";
import { parseLeaf } from "./open-record.ts";
import { type RecordDraft, sealRecord } from "./record.ts";
import { EMPTY_HEAD, sequence } from "./sequence.ts";
import { verifyLedger } from "./verify.ts";

const ORIGIN = "ephor.example/default";
const keyOf = (seed: number): LedgerKey => generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(seed) });
const [key, former, foreign] = [keyOf(7), keyOf(8), keyOf(9)];
const at = "2026-01-02T03:04:05.678Z";
const planHash = "a".repeat(64);
const DRAFT: RecordDraft = {
  ...{ idempotencyKey: "approval apr_1 decision 1", time: at, tenant: DEFAULT_TENANT, entity_type: "approval" },
  ...{ this: "apr_1", did: "decided", parent: "fnd_1", plan_hash: planHash, decision: "approve", decision_number: 1 },
  ...{ who: "ann", auth_method: "token", approvals_min: 2 },
};

/** The record as an export holds it: the leaf alone. */
function entryOf(more: Partial<RecordDraft>, seq = 3): StoredEntry {
  const salt = () => new Uint8Array(16).fill(1);
  const sealed = sealRecord({ ...DRAFT, ...more }, { salt });
  if (!sealed.ok) throw new Error(sealed.error.message);
  return { seq, id: sealed.value.id, leaf: sealed.value.leaf, sealed: null };
}

/** A signature over the decision that `facts` make of the draft. */
function signedBy({ id, privateKey }: LedgerKey, facts: Partial<RecordDraft> = {}) {
  const leaf = parseLeaf(entryOf(facts).leaf);
  const statement = leaf.ok ? statementIn(leaf.value) : undefined;
  if (statement === undefined) throw new Error("no statement to sign");
  return {
    key_id: id,
    signature: sign(null, Buffer.from(decisionStatement(statement)), privateKey).toString("base64"),
  };
}

const checked = (more: Partial<RecordDraft>, keys: readonly LedgerKey[] = [key, former]) =>
  checkPage([entryOf(more)], { from: 3, tenant: DEFAULT_TENANT, keys });

const EXCEPTION = { plan_hash: undefined, parent: "EXC-2026-001" };

describe("a decision", () => {
  test.each<[string, Partial<RecordDraft>]>([
    ["on a plan", signedBy(key)],
    ["signed by a former key of the log", signedBy(former)],
    ["on an exception, which has no plan", { ...EXCEPTION, ...signedBy(key, EXCEPTION) }],
    [
      "of somebody of whom it is not told how they were known",
      { auth_method: undefined, ...signedBy(key, { auth_method: undefined }) },
    ],
  ])("%s is good by its leaf and the public keys alone, and counted", (_, more) => {
    const page = checked(more);
    expect(page.bad).toBeUndefined();
    expect(page.decisions).toEqual([{ seq: 3, approvalId: "apr_1", number: 1 }]);
  });

  test.each<[string, Partial<RecordDraft>, RegExp]>([
    ["has no signature", { key_id: key.id }, /without signature: expected key_id and signature/],
    ["has no key", { signature: signedBy(key).signature }, /without signature/],
    ["is signed by a foreign key", signedBy(foreign), new RegExp(`${foreign.id}, .*expected ${key.id}, ${former.id}`)],
    ["names one key and is signed by another", { ...signedBy(foreign), key_id: key.id }, /did not sign this decision/],
    ["has an altered signature", { ...signedBy(key), signature: "AAAA" }, /did not sign/],
    ["has a signature that is no base64", { ...signedBy(key), signature: "no base64!" }, /did not sign/],
    ["was turned round", { ...signedBy(key), decision: "reject" }, /expected its signature over .* reject on a{64}/],
    ["was moved to another plan", { ...signedBy(key), plan_hash: "b".repeat(64) }, /did not sign/],
    ["was moved to another approval", { ...signedBy(key), this: "apr_2" }, /decision 1 of approval apr_2/],
    [
      "was given to somebody else",
      { ...signedBy(key), who: "bob" },
      /by the person of commitment \S{43}, known by token/,
    ],
    ["was made one of fewer", { ...signedBy(key), approvals_min: 1 }, /of approval apr_1, which takes 1:/],
    ["lost of how many it is", { ...signedBy(key), approvals_min: undefined }, /expected .* approvals_min/],
    ["was made the next one", { ...signedBy(key), decision_number: 2 }, /over decision 2 of approval apr_1/],
    ["was said to be known otherwise", { ...signedBy(key), auth_method: "oidc" }, /known by oidc/],
    ["hides how they were known", { ...signedBy(key), auth_method: undefined }, /known by nothing that is told/],
    ["lost who decided", { ...signedBy(key), who: undefined }, /by whom/],
    ["lost which one it is", { ...signedBy(key), decision_number: undefined }, /expected .* decision_number/],
    ["was moved to another time", { ...signedBy(key), time: "2026-01-03T03:04:05.678Z" }, /did not sign/],
    ["lost its word", { ...signedBy(key), decision: undefined }, /does not say what was decided/],
    ["lost what it is about", { ...signedBy(key), plan_hash: undefined, parent: undefined }, /on what/],
    ["calls itself something else", { did: "viewed" }, /without signature/],
    ["calls itself refused and does not say why", { did: "refused" }, /without signature/],
  ])("that %s is named, with what was expected", (_, more, message) => {
    const { bad, decisions, hashes } = checked(more);
    expect(bad).toMatchObject({ seq: 3, kind: "decision", message: expect.stringMatching(message) });
    expect([decisions, hashes]).toEqual([[], []]);
  });
});

describe("of decisions in one log", () => {
  const nth = (number: number, more: Partial<RecordDraft> = {}): Partial<RecordDraft> => {
    const facts = { decision_number: number, idempotencyKey: `approval apr_1 decision ${number}`, ...more };
    return { ...facts, ...signedBy(key, facts) };
  };
  const verified = async (drafts: readonly Partial<RecordDraft>[], pageSize = 2) => {
    const entries = drafts.map((draft, seq) => entryOf(draft, seq));
    const pages = Array.from({ length: Math.ceil(entries.length / pageSize) }, (_, n) =>
      entries.slice(n * pageSize, (n + 1) * pageSize),
    );
    const leaves = entries.map(({ leaf }) => leafHash(leaf));
    const { head } = sequence(EMPTY_HEAD, leaves);
    const root = Buffer.from(head.root, "base64");
    return verifyLedger({
      ...{ origin: ORIGIN, keys: [key], head, pages: checkPages(pages, { tenant: DEFAULT_TENANT, keys: [key] }) },
      checkpoints: [signCheckpoint({ origin: ORIGIN, size: leaves.length, root }, [key])],
    });
  };

  test("each person's own, on each approval, is good and counted", async () => {
    const drafts = [nth(1), nth(2, { who: "bob" }), nth(1, { this: "apr_2" }), nth(2, { this: "apr_2", who: "bob" })];
    expect(await verified(drafts)).toMatchObject({ ok: true, records: 4, decisions: 4 });
  });

  test.each([1, 2, 5])("the same one twice is named at its second place, in pages of %i", async (pageSize) => {
    const copy = { ...nth(1), idempotencyKey: "approval apr_1 decision 9", status: "approved" };
    const { firstBad, ...report } = await verified([nth(1), nth(2, { who: "bob" }), copy, nth(3)], pageSize);
    expect(report).toMatchObject({ ok: false, records: 2, decisions: 2 });
    expect(firstBad).toMatchObject({ seq: 2, kind: "decision", id: entryOf(copy).id });
    expect(firstBad?.message).toMatch(/^decision 1 of approval apr_1 stands in record 0 already: expected each/);
  });

  test("two that are each signed under one number are no two", async () => {
    const report = await verified([nth(1), nth(1, { who: "bob", idempotencyKey: "other" })]);
    expect(report).toMatchObject({ ok: false, decisions: 1, firstBad: { seq: 1, kind: "decision" } });
  });
});

test("a record about an approval that decides nothing needs no signature, and is not counted", () => {
  const page = checked({ did: "opened", decision: undefined, decision_number: undefined });
  expect([page.bad, page.decisions, page.hashes.length]).toEqual([undefined, [], 1]);
});

test("what a person wanted and was refused needs no signature, and is not counted", () => {
  const error = { code: "approval.refused", message: "it has been carried out already" };
  const page = checked({ did: "refused", error });
  expect([page.bad, page.decisions, page.hashes.length]).toEqual([undefined, [], 1]);
});
