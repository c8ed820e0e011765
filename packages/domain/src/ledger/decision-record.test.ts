import { sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DEFAULT_TENANT } from "../tenant.ts";
import { checkPage, type StoredEntry } from "./check-page.ts";
import { decisionStatement } from "./decision-statement.ts";
import { generateLedgerKey, type LedgerKey } from "./ledger-key.ts";
import { type RecordDraft, sealRecord } from "./record.ts";

const ORIGIN = "ephor.example/default";
const keyOf = (seed: number): LedgerKey => generateLedgerKey({ name: ORIGIN, seed: new Uint8Array(32).fill(seed) });
const [key, former, foreign] = [keyOf(7), keyOf(8), keyOf(9)];
const at = "2026-01-02T03:04:05.678Z";
const planHash = "a".repeat(64);
const FACTS = { approvalId: "apr_1", about: planHash, decision: "approve", at } as const;

const signedBy = ({ id, privateKey }: LedgerKey, facts: Partial<Parameters<typeof decisionStatement>[0]> = {}) => ({
  key_id: id,
  signature: sign(
    null,
    Buffer.from(decisionStatement({ ...FACTS, tenant: DEFAULT_TENANT, ...facts })),
    privateKey,
  ).toString("base64"),
});

/** The record of a decision as an export holds it: the leaf alone. */
function entryOf(more: Partial<RecordDraft>): StoredEntry {
  const sealed = sealRecord(
    {
      ...{ idempotencyKey: "approval apr_1 decision 1", time: at, tenant: DEFAULT_TENANT, entity_type: "approval" },
      ...{ this: "apr_1", did: "decided", parent: "fnd_1", plan_hash: planHash, decision: "approve", who: "ann" },
      ...more,
    },
    { salt: () => new Uint8Array(16).fill(1) },
  );
  if (!sealed.ok) throw new Error(sealed.error.message);
  return { seq: 3, id: sealed.value.id, leaf: sealed.value.leaf, sealed: null };
}

const checked = (more: Partial<RecordDraft>, keys: readonly LedgerKey[] = [key, former]) =>
  checkPage([entryOf(more)], { from: 3, tenant: DEFAULT_TENANT, keys });

describe("a decision", () => {
  test.each<[string, Partial<RecordDraft>]>([
    ["on a plan", signedBy(key)],
    ["signed by a former key of the log", signedBy(former)],
    [
      "on an exception, which has no plan",
      { plan_hash: undefined, parent: "EXC-2026-001", ...signedBy(key, { about: "EXC-2026-001" }) },
    ],
  ])("%s is good by its leaf and the public keys alone, and counted", (_, more) => {
    const page = checked(more);
    expect(page.bad).toBeUndefined();
    expect(page.decisions).toEqual([3]);
  });

  test.each<[string, Partial<RecordDraft>, RegExp]>([
    ["has no signature", { key_id: key.id }, /without signature: expected key_id and signature/],
    ["has no key", { signature: signedBy(key).signature }, /without signature/],
    ["is signed by a foreign key", signedBy(foreign), new RegExp(`${foreign.id}, .*expected ${key.id}, ${former.id}`)],
    ["names one key and is signed by another", { ...signedBy(foreign), key_id: key.id }, /did not sign this decision/],
    ["has an altered signature", { ...signedBy(key), signature: "AAAA" }, /did not sign/],
    ["has a signature that is no base64", { ...signedBy(key), signature: "no base64!" }, /did not sign/],
    ["was turned round", { ...signedBy(key), decision: "reject" }, /expected its signature over reject on a{64}/],
    ["was moved to another plan", { ...signedBy(key), plan_hash: "b".repeat(64) }, /did not sign/],
    ["was moved to another approval", { ...signedBy(key), this: "apr_2" }, /by approval apr_2/],
    ["was moved to another time", { ...signedBy(key), time: "2026-01-03T03:04:05.678Z" }, /did not sign/],
    ["lost its word", { ...signedBy(key), decision: undefined }, /without what was decided/],
    ["lost what it is about", { ...signedBy(key), plan_hash: undefined, parent: undefined }, /or on what/],
    ["calls itself something else", { did: "viewed" }, /without signature/],
    ["calls itself refused and does not say why", { did: "refused" }, /without signature/],
  ])("that %s is named, with what was expected", (_, more, message) => {
    const { bad, decisions, hashes } = checked(more);
    expect(bad).toMatchObject({ seq: 3, kind: "decision", message: expect.stringMatching(message) });
    expect([decisions, hashes]).toEqual([[], []]);
  });
});

test("a record about an approval that decides nothing needs no signature, and is not counted", () => {
  const page = checked({ did: "opened", decision: undefined });
  expect([page.bad, page.decisions, page.hashes.length]).toEqual([undefined, [], 1]);
});

test("what a person wanted and was refused needs no signature, and is not counted", () => {
  const error = { code: "approval.refused", message: "it has been carried out already" };
  const page = checked({ did: "refused", error });
  expect([page.bad, page.decisions, page.hashes.length]).toEqual([undefined, [], 1]);
});
