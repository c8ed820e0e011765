import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptEvents } from "@ephor/app/accept-events";
import { callJournal } from "@ephor/app/call-journal";
import { deadLetterWrites, redriveDeadLetter } from "@ephor/app/dead-letters";
import { deadLetterKey } from "@ephor/app/keys";
import { parkEvent } from "@ephor/app/park-event";
import type { Inbox, Store } from "@ephor/app/ports";
import { recordFinding } from "@ephor/app/record-finding";
import { holdWrite, readLease } from "@ephor/app/resource-lease";
import { showFinding } from "@ephor/app/show-finding";
import { transitionFinding } from "@ephor/app/transition-finding";
import { parseConfig } from "@ephor/domain/config/parse-config";
import type { FindingDraft } from "@ephor/domain/finding";
import { findingIdOf } from "@ephor/domain/ids";
import { ok } from "@ephor/domain/result";
import { DEFAULT_TENANT, isTenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { durableInbox } from "@ephor/local/inbox/inbox";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { seededRandom } from "./world.ts";

const tenant = DEFAULT_TENANT;
const draft: FindingDraft = {
  ...{
    detection: "a.b",
    detectionVersion: "1",
    title: "t",
    severity: "low",
    account: "111122223333",
    region: "eu-west-1",
  },
  ...{
    resource: { type: "T", id: "r" },
    actor: null,
    actorInKey: false,
    mitre: [],
    controls: [],
    remediation: null,
    evidence: {},
  },
};
const config = (value: object = {}) => {
  const parsed = parseConfig(value, { file: "test" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
};

function aStore() {
  const folder = mkdtempSync(join(tmpdir(), "ephor-races-"));
  const clock = { now: () => timestamp(Date.UTC(2026, 2, 1)) };
  const opened = openSqlite({ file: join(folder, "db"), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, blobs, close } = opened.value;
  onTestFinished(() => {
    close();
    rmSync(folder, { recursive: true });
  });
  return {
    store,
    blobs,
    clock,
    random: seededRandom("races"),
    retention: config().retention,
    policy: config().responsePolicy,
    surroundingsOf: () => ({}),
    ownRoleOf: () => undefined,
    channels: () => [],
    config: config(),
    exceptions: { of: async () => [], forget: () => undefined },
  };
}
const seen = (identity: string) => ({
  ...{ tenant, draft, correlationId: "c", executionId: "run" },
  sighting: { identity, time: timestamp(Date.UTC(2026, 0, 1)) },
});

describe("a sighting that races with a person's change", () => {
  test("is counted, and the change stands", async () => {
    const d = aStore();
    const first = await recordFinding(d, seen("one"));
    if (!first.ok) throw new Error(first.error.message);
    const id = first.value.findingId;
    let isRaced = false;
    const racing: Store = {
      ...d.store,
      async get(key) {
        const item = await d.store.get(key);
        if (isRaced) return item;
        isRaced = true;
        await transitionFinding(d, {
          tenant,
          id,
          to: "resolved",
          cause: "person",
          reason: "done",
          by: "alice",
          correlationId: "c",
        });
        return item;
      },
    };
    expect(await recordFinding({ ...d, store: racing }, seen("two"))).toMatchObject({
      ok: true,
      value: { change: "seen" },
    });
    expect(await showFinding(d, { tenant, id })).toMatchObject({ value: { status: "resolved", occurrences: 2 } });
  });

  test("that was recorded before is known, and changes nothing", async () => {
    const d = aStore();
    const first = await recordFinding(d, seen("one"));
    expect(await recordFinding(d, seen("one"))).toMatchObject({ ok: true, value: { change: "known" } });
    expect(await showFinding(d, { tenant, id: first.ok ? first.value.findingId : "" })).toMatchObject({
      value: { occurrences: 1 },
    });
  });
});

describe("a dead letter", () => {
  const inbox: Inbox = { accept: async () => ok({ id: "inb", isNew: true }) };
  const kind = "event" as const;
  const undone = {
    ...{ tenant, kind, source: "s", content: { id: "e" }, attempts: 1, correlationId: "c" },
    error: { code: "not a word!", message: "" },
  };

  test("is redriven once, however many ask at the same time", async () => {
    const d = aStore();
    const { id, writes } = await deadLetterWrites(d, undone);
    expect((await d.store.transact(writes)).ok).toBe(true);
    const asked = await Promise.all(
      [1, 2, 3].map(() => redriveDeadLetter({ ...d, inbox }, { tenant, id, by: "alice" })),
    );
    expect(asked.filter((one) => one.ok)).toHaveLength(1);
  });

  test("is one letter, however often its event is parked", async () => {
    const d = aStore();
    const parks = await Promise.all([1, 2, 3].map(() => parkEvent(d, { ...undone, tenant, envelope: undone.content })));
    expect(parks.map((one) => one.ok && one.value.deadLetterId)).toEqual(Array(3).fill(expect.stringMatching(/^dlq_/)));
    expect(new Set(parks.map((one) => one.ok && one.value.deadLetterId)).size).toBe(1);
  });

  test("stays where its event fails again before the redrive is done, and can be redriven once more", async () => {
    const d = aStore();
    const lives: unknown[] = [];
    const failing: Inbox = {
      accept: async ({ again }) => {
        lives.push(again);
        await parkEvent(d, { ...undone, tenant, envelope: undone.content });
        return ok({ id: "inb", isNew: true });
      },
    };
    const parked = await parkEvent(d, { ...undone, tenant, envelope: undone.content });
    const id = parked.ok ? parked.value.deadLetterId : "";
    for (let time = 0; time < 2; time++)
      expect(await redriveDeadLetter({ ...d, inbox: failing }, { tenant, id, by: "alice" })).toMatchObject({
        ok: true,
      });
    expect(new Set(lives).size).toBe(2);
    expect(await d.store.get(deadLetterKey(tenant, id))).toBeDefined();
    expect(await redriveDeadLetter({ ...d, inbox }, { tenant, id, by: "alice" })).toMatchObject({ ok: true });
    expect(await d.store.get(deadLetterKey(tenant, id))).toBeUndefined();
  });
});

describe("what a sender may hand in", () => {
  const acme = "acme";
  const record = (recipientAccountId: string) => ({
    ...{
      eventVersion: "1.09",
      eventID: "e-1",
      eventSource: "s3.amazonaws.com",
      eventName: "PutBucketAcl",
      eventType: "AwsApiCall",
    },
    ...{
      eventTime: "2026-01-01T00:00:00Z",
      awsRegion: "eu-west-1",
      recipientAccountId,
      userIdentity: { type: "Root" },
    },
  });
  async function accept(of: { tenant: string; items: readonly unknown[] }) {
    const taken: string[] = [];
    const inbox: Inbox = {
      accept: async (event) => {
        taken.push(event.tenant);
        return ok({ id: "inb", isNew: true });
      },
    };
    const accounts = { "111122223333": { tenant: acme, environment: "production" } };
    if (!isTenant(of.tenant)) throw new Error(of.tenant);
    const done = await acceptEvents(
      { inbox, config: config({ accounts }) },
      { items: of.items, tenant: of.tenant, correlationId: "c" },
    );
    if (!done.ok) throw new Error(done.error.message);
    return { taken, ...done.value };
  }

  test("a tenant's token sends events of its own accounts alone", async () => {
    const { taken, accepted, rejected } = await accept({
      tenant: acme,
      items: [record("111122223333"), record("999999999999")],
    });
    expect(taken).toEqual([acme]);
    expect(accepted).toBe(1);
    expect(rejected).toMatchObject([{ index: 1, reason: expect.stringContaining("another tenant") }]);
  });

  test("the operator's token sends every account's, each to its own tenant", async () => {
    expect(
      (await accept({ tenant: "default", items: [record("111122223333"), record("999999999999")] })).taken,
    ).toEqual([acme, "default"]);
  });

  test("a time beyond the calendar refuses its event and no other", async () => {
    const odd = { ...record("999999999999"), eventTime: "9999-12-31T23:59:59-01:00" };
    const { accepted, rejected } = await accept({
      tenant: "default",
      items: [record("999999999999"), odd, record("999999999999")],
    });
    expect(accepted).toBe(2);
    expect(rejected).toMatchObject([{ index: 1 }]);
  });
});

test("one request cannot put more into the inbox than it holds", async () => {
  const d = aStore();
  let depth = 0;
  const inbox = durableInbox({ ...d, depth: () => depth, depthMax: 10, onAccepted: () => depth++ });
  const sent = await Promise.all(
    Array.from({ length: 50 }, (_, n) => inbox.accept({ tenant, envelope: { n }, correlationId: "c" })),
  );
  expect(sent.filter((one) => one.ok)).toHaveLength(10);
  expect(depth).toBe(10);
});

describe("two runs of one change, of which one was given up too early", () => {
  test("only one begins the call: the other is told, and has to look again", async () => {
    const d = aStore();
    const findingId = findingIdOf(["races"]);
    const resource = { type: "T", id: "r" };
    const plan = { account: "111122223333", region: "eu-west-1", resource, remediation: "a.b" };
    const ref = { tenant, findingId, generation: 1, planHash: "h", executionId: "run_1", correlationId: "c" };
    const leased = { account: plan.account, region: plan.region, resourceId: resource.id };
    const free = await readLease(d, tenant, leased);
    await d.store.transact([holdWrite(free, { tenant, of: leased, owner: "run_1", now: d.clock.now() })]);
    const aRun = () => callJournal(d, { ref, plan, run: { planHash: "h", run: "apply" } });
    const [one, other] = [aRun(), aRun()];
    expect([await one.entries(), await other.entries()]).toEqual([[], []]);
    expect(await one.intend(0)).toEqual(ok(undefined));
    expect(await other.intend(0)).toMatchObject({ ok: false, error: { code: "store.conflict" } });
    expect(await other.entries()).toMatchObject([{ index: 0, state: "intent" }]);
    expect(await other.intend(0)).toEqual(ok(undefined));
  });
});
